// What the npm package "openai" makes of this server. Prints a line for each thing tried.
//   node chat.mjs http://127.0.0.1:8080/v1 "MODEL"
import OpenAI from "openai";

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: process.env.BOURSE_KEY ?? "none", maxRetries: 0 });
const capital = [{ role: "user", content: "What is the capital of France?" }];

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Get the weather",
    parameters: {
      type: "object",
      properties: { city: { type: "string", maxLength: 20 } },
      required: ["city"],
      additionalProperties: false,
    },
  },
};

const say = (what, value) =>
  console.log(`${what}: ${typeof value === "string" ? value : JSON.stringify(value)}`);

const models = [];
for await (const each of await client.models.list()) models.push(each.id);
say("models", models);
say("model", (await client.models.retrieve(model)).object);

const chat = await client.chat.completions.create({ model, messages: capital, temperature: 0 });
say("chat", chat.choices[0].message.content);
say("usage", [chat.usage.prompt_tokens, chat.usage.completion_tokens]);

let streamed = "";
let chunks = 0;
const stream = await client.chat.completions.create({
  model,
  messages: capital,
  temperature: 0,
  stream: true,
  stream_options: { include_usage: true },
});
let usage;
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
  chunks++;
}
say("streaming", streamed);
say("streaming came in pieces", chunks > 5 && usage.completion_tokens === 9);

const helper = client.chat.completions.stream({ model, messages: capital, temperature: 0 });
say("stream helper", await helper.finalContent());

const choices = await client.chat.completions.create({
  model,
  messages: capital,
  n: 3,
  seed: 5,
  temperature: 1.5,
  max_tokens: 8,
  logprobs: true,
  top_logprobs: 2,
  stop: ["zebra"],
  presence_penalty: 0.5,
  logit_bias: { 5: -100 },
});
say("choices", choices.choices.length);
say("logprobs", choices.choices.every((c) => c.logprobs.content.every((t) => t.logprob <= 0 && t.top_logprobs.length === 2)));

const asked = [{ role: "user", content: "What is the weather in Paris?" }];
const called = await client.chat.completions.create({
  model,
  messages: asked,
  tools: [weather],
  tool_choice: "required",
  temperature: 0,
});
const call = called.choices[0].message.tool_calls[0];
say("tool", [called.choices[0].finish_reason, call.function.name, Object.keys(JSON.parse(call.function.arguments))]);
const told = await client.chat.completions.create({
  model,
  messages: [
    ...asked,
    called.choices[0].message,
    { role: "tool", tool_call_id: call.id, content: '{"weather": "sunny"}' },
  ],
  tools: [weather],
  temperature: 0,
});
say("tool answered", typeof told.choices[0].message.content);

const runner = client.chat.completions.runTools({
  model,
  messages: asked,
  temperature: 0,
  tools: [
    {
      type: "function",
      function: { ...weather.function, parse: JSON.parse, function: async () => "sunny" },
    },
  ],
});
say("tool runner", typeof (await runner.finalContent()));

const formed = await client.chat.completions.parse({
  model,
  messages: capital,
  temperature: 0,
  response_format: {
    type: "json_schema",
    json_schema: {
      name: "place",
      strict: true,
      schema: {
        type: "object",
        properties: {
          city: { type: "string", maxLength: 20 },
          country: { enum: ["France", "Japan"] },
        },
        required: ["city", "country"],
        additionalProperties: false,
      },
    },
  },
});
say("JSON Schema", Object.keys(JSON.parse(formed.choices[0].message.content)));

const completion = await client.completions.create({
  model,
  prompt: "The capital of France is",
  max_tokens: 4,
  temperature: 0,
});
say("completion", completion.choices[0].text.includes("Paris"));

const response = await client.responses.create({
  model,
  input: "What is the capital of France?",
  temperature: 0,
});
say("response", response.output_text);
const next = await client.responses.create({
  model,
  previous_response_id: response.id,
  input: "What is the capital of Japan?",
  temperature: 0,
});
say("response goes on", [next.output_text, next.usage.input_tokens_details.cached_tokens >= 20]);

const types = new Set();
let delta = "";
for await (const event of await client.responses.create({ model, input: "What is the capital of France?", temperature: 0, stream: true, store: false })) {
  types.add(event.type);
  if (event.type === "response.output_text.delta") delta += event.delta;
}
say("response streaming", delta);
say("response events", [...types].map((type) => type.replace("response.", "")));
const snapshot = await client.responses
  .stream({ model, input: "What is the capital of France?", temperature: 0 })
  .finalResponse();
say("response stream helper", snapshot.output_text);

const embeddings = await client.embeddings.create({ model, input: ["Paris", "Rome"] });
const floats = await client.embeddings.create({ model, input: "Paris", encoding_format: "float" });
say("embeddings", [embeddings.data.length, embeddings.data[0].embedding.length]);
say("embeddings agree", embeddings.data[0].embedding.every((x, i) => Math.abs(x - floats.data[0].embedding[i]) < 1e-6));

try {
  await client.chat.completions.create({ model: "nobody", messages: capital });
} catch (error) {
  say("error", [error.constructor.name, error.status, error.code]);
}
try {
  await client.chat.completions.create({ model, messages: capital, temperature: 9 });
} catch (error) {
  say("error", [error.constructor.name, error.status, error.param]);
}
