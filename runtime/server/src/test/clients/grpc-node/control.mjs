// Talks to a server with @grpc/grpc-js, and learns by reflection how: no .proto is here.
// usage: node control.mjs HOST:PORT MODULE.wasm KEY
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import reflection from 'grpc-js-reflection-client';

const [address, module, key] = process.argv.slice(2);
const insecure = grpc.credentials.createInsecure();
const PROMPT = 'What is the capital of France?';

function say(what, value) {
  console.log(`${what}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
}

const server = new reflection.GrpcReflection(address, insecure);
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${key}`);

say('services', (await server.listServices('*', metadata)).sort());
const types = (
  await server.getDescriptorBySymbol('bourse.v1.Processes', metadata)
).getPackageObject({ keepCase: true, enums: String, longs: Number, defaults: true, oneofs: true });

async function service(name) {
  const descriptor = await server.getDescriptorBySymbol(`bourse.v1.${name}`, metadata);
  const objects = descriptor.getPackageObject({
    keepCase: true,
    enums: String,
    longs: Number,
    defaults: true,
    oneofs: true,
  });
  return new objects.bourse.v1[name](address, insecure);
}

/** One request, one answer. */
function call(client, method, request, headers = metadata) {
  return new Promise((resolve, reject) => {
    client[method](request, headers, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

/** What a call was refused for: the status, the reason of bourse-error-bin, and the words. */
async function refusal(promise) {
  try {
    await promise;
    return 'nothing';
  } catch (error) {
    const [bytes] = error.metadata.get('bourse-error-bin');
    // A bourse.v1.Error begins with its field 1, the reason.
    const reason = bytes?.[0] === 0x0a ? bytes.toString('utf8', 2, 2 + bytes[1]) : '';
    return [grpc.status[error.code], reason, error.details];
  }
}

const processes = new types.bourse.v1.Processes(address, insecure);
const models = await service('Models');
const programs = await service('Programs');
const market = await service('Market');

say('models', (await call(models, 'ListModels', {})).models.map((model) => model.name));

// A stream of requests: a module in parts.
const deployed = await new Promise((resolve, reject) => {
  const stream = programs.Deploy(metadata, (error, answer) => (error ? reject(error) : resolve(answer)));
  const manifest = 'name = "talker"\nversion = "1.0.0"\ndescription = "Talks."\n';
  stream.write({ header: { manifest, replace: true } });
  stream.write({ module: readFileSync(module) });
  stream.end();
});
say('deployed', [deployed.program.name, deployed.program.version, deployed.created]);

// Launched, and waited for.
const launched = await call(processes, 'Launch', {
  program: 'text-completion',
  input: JSON.stringify({ prompt: PROMPT, max_tokens: 32 }),
});
const waited = await call(processes, 'Wait', { process_id: launched.process.id });
say('result', waited.process.outcome.result);
say('usage', [waited.process.usage.prompt_tokens, waited.process.usage.sampled_tokens]);

/** Follows a stream of answers until it ends; `on` gets each with a way to talk back. */
function follow(stream, on = () => {}) {
  return new Promise((resolve, reject) => {
    const said = [];
    stream.on('data', (answer) => {
      said.push(answer);
      on(answer, stream);
    });
    stream.on('end', () => resolve(said));
    stream.on('error', reject);
  });
}

const texts = (said) => said.filter((one) => one.part === 'event').map((one) => one.event.message);

// Run: streaming in both directions.
const run = processes.Run(metadata);
run.write({ launch: { program: 'talker', outlives_call: true } });
run.write({ signal: { message: 'hello' } });
const conversation = await follow(run, (answer, stream) => {
  if (answer.part === 'event') {
    stream.write({ signal: { message: answer.event.message === 'hello' ? 'how are you?' : '.bye' } });
  }
});
say('both directions', texts(conversation));
say('answers', [...new Set(conversation.map((answer) => answer.part))]);
const id = conversation[0].process.id;
say('ended', conversation.at(-1).ended.state);

// Attached again after its end, from the second event on.
const again = processes.Attach(metadata);
again.write({ header: { process_id: id, offset: 1 } });
say('from offset 1', texts(await follow(again)));

const listed = await call(processes, 'ListProcesses', { ended: true });
say('listed', listed.processes.map((process) => process.program.split('@')[0]).sort());

// Cancelled: the process ends with the call.
const cancelled = processes.Run(metadata);
cancelled.write({ launch: { program: 'talker' } });
const other = await new Promise((resolve) => {
  cancelled.once('data', (answer) => resolve(answer.process.id));
  cancelled.on('error', () => {});
});
cancelled.cancel();
const gone = await call(processes, 'Wait', { process_id: other });
say('cancelled', gone.process.outcome.failure.kind);

// The market: a stream of answers.
const ticks = market.Watch({ interval: { nanos: 50_000_000 } }, metadata);
let seen = 0;
await new Promise((resolve) => {
  ticks.on('data', (tick) => {
    if (++seen === 2) {
      say('market', [tick.policy, tick.pages.total > 0]);
      ticks.cancel();
    }
  });
  ticks.on('error', (error) => resolve(say('watching ended', grpc.status[error.code])));
});

say('not there', await refusal(call(processes, 'GetProcess', { process_id: 'p0' })));
say('malformed', await refusal(call(processes, 'Launch', { program: 'text-completion', input: '[' })));
say('no key', await refusal(call(models, 'ListModels', {}, new grpc.Metadata())));
say('role too low', await refusal(call(await service('Tenants'), 'ListKeys', {})));
