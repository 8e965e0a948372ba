/*
 * One question, answered twice: under a grammar on a fork, and freely on the context itself, which is then saved.
 * What the host returns is not freed: the memory goes with the instance, a moment later.
 */
#include "bourse.h"

#include <stdlib.h>
#include <string.h>

enum { TOKENS_MAX = 48 };

static const char SYSTEM[] = "You answer in one short sentence.";
static const char QUESTION[] = "What is the capital of France?";
static const char CITIES[] = "London|Paris|Rome";
static const char NAME[] = "guest-capital";

#define LENGTH(text) (sizeof(text) - 1)

/* A context and the position of its next token. */
typedef struct { uint32_t handle; uint32_t length; } timeline;

/* Set when a call fails; the inferlet ends with it. */
static bourse_string failure;

static int failed(const bourse_string *error) {
  failure = *error;
  return 0;
}

static void send(const char *text, uint32_t length) { bourse_send(text, length); }

/* Evaluates tokens. If `next` is not null, draws the most probable token that `mask`, if there is one, allows. */
static int evaluate(uint32_t model, timeline *context, const bourse_tokens *tokens, const bourse_tokens *mask,
                    uint32_t *next) {
  uint32_t page = bourse_context_tokens_per_page(context->handle);
  uint32_t room = page * bourse_context_working_pages(context->handle) - bourse_context_working_tokens(context->handle);
  bourse_status status;
  if (room < tokens->count) {
    bourse_context_reserve(context->handle, (tokens->count - room + page - 1) / page, &status);
    if (status.failed) return failed(&status.error);
  }

  uint32_t *positions = malloc(tokens->count * sizeof *positions);
  for (uint32_t i = 0; i < tokens->count; i++) positions[i] = context->length + i;
  uint32_t last = tokens->count - 1;
  uint32_t pass = bourse_pass_create(model);
  bourse_pass_context(pass, context->handle);
  bourse_pass_input(pass, tokens->data, tokens->count, positions, tokens->count);
  if (next) bourse_pass_sampler(pass, &last, 1, 0, 0, 0, 0); /* multinomial at temperature 0: greedy */
  if (mask) bourse_pass_logit_mask(pass, mask->data, mask->count);
  bourse_handle future;
  bourse_pass_execute(pass, &future);
  bourse_pass_drop(pass);
  free(positions);
  if (future.failed) return failed(&future.error);

  uint32_t ready = bourse_output_pollable(future.handle);
  bourse_pollable_block(ready);
  bourse_pollable_drop(ready);
  bourse_output output;
  bourse_output_get(future.handle, &output);
  bourse_output_drop(future.handle);
  if (next) *next = output.slots.data[0].token;
  context->length += tokens->count;

  uint32_t full = bourse_context_working_tokens(context->handle) / page;
  if (full > 0) {
    bourse_context_commit(context->handle, full, &status);
    if (status.failed) return failed(&status.error);
  }
  return 1;
}

static int is_stop(const bourse_tokens *stops, uint32_t token) {
  for (uint32_t i = 0; i < stops->count; i++) {
    if (stops->data[i] == token) return 1;
  }
  return 0;
}

/* Generates an answer, under `matcher` unless it is 0, and sends it on a line of its own. */
static int answer(uint32_t model, uint32_t tokenizer, timeline *context, uint32_t matcher) {
  bourse_tokens input, stops, mask;
  bourse_chat_cue(model, &input);
  bourse_chat_stop_tokens(model, &stops);
  uint32_t drawn[TOKENS_MAX];
  uint32_t count = 0;
  while (count < TOKENS_MAX) {
    uint32_t token;
    if (matcher) bourse_matcher_mask(matcher, &mask);
    if (!evaluate(model, context, &input, matcher ? &mask : NULL, &token)) return 0;
    if (is_stop(&stops, token)) break;
    if (matcher) {
      bourse_status status;
      bourse_matcher_accept(matcher, &token, 1, &status);
      if (status.failed) return failed(&status.error);
    }
    drawn[count] = token;
    input = (bourse_tokens){&drawn[count++], 1};
  }
  bourse_text text;
  bourse_decode(tokenizer, drawn, count, &text);
  if (text.failed) return failed(&text.error);
  send(text.text.data, text.text.length);
  send("\n", 1);
  return 1;
}

static int constrained(uint32_t model, uint32_t tokenizer, timeline trunk) {
  bourse_handle fork, grammar;
  bourse_context_fork(trunk.handle, &fork);
  if (fork.failed) return failed(&fork.error);
  bourse_grammar_from_regex(CITIES, LENGTH(CITIES), &grammar);
  if (grammar.failed) return failed(&grammar.error);
  uint32_t matcher = bourse_matcher_create(grammar.handle, tokenizer);
  timeline branch = {fork.handle, trunk.length};
  send("one of three: ", 14);
  int ok = answer(model, tokenizer, &branch, matcher);
  bourse_matcher_drop(matcher);
  bourse_grammar_drop(grammar.handle);
  bourse_context_drop(branch.handle);
  return ok;
}

static int save(uint32_t model, timeline context) {
  bourse_status status;
  bourse_context_delete(model, NAME, LENGTH(NAME), &status); /* an error if there is none, which is as well */
  bourse_context_save(context.handle, NAME, LENGTH(NAME), &status);
  if (status.failed) return failed(&status.error);
  send("saved as ", 9);
  send(NAME, LENGTH(NAME));
  send("\n", 1);
  return 1;
}

static int run(void) {
  bourse_strings models;
  bourse_models(&models);
  bourse_handle model, root;
  bourse_model_load(models.data[0].data, models.data[0].length, &model);
  if (model.failed) return failed(&model.error);
  uint32_t tokenizer = bourse_model_tokenizer(model.handle);
  bourse_context_create(model.handle, &root);
  if (root.failed) return failed(&root.error);

  timeline trunk = {root.handle, 0};
  bourse_tokens system, user;
  bourse_chat_system(model.handle, SYSTEM, LENGTH(SYSTEM), &system);
  bourse_chat_user(model.handle, QUESTION, LENGTH(QUESTION), &user);
  if (!evaluate(model.handle, &trunk, &system, NULL, NULL) || !evaluate(model.handle, &trunk, &user, NULL, NULL)) {
    return 0;
  }
  if (!constrained(model.handle, tokenizer, trunk)) return 0;
  send("freely: ", 8);
  return answer(model.handle, tokenizer, &trunk, 0) && save(model.handle, trunk);
}

/* The host's allocator for what it returns. */
BOURSE_EXPORT("cabi_realloc")
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t new_size) {
  (void)old_size;
  if (new_size == 0) return (void *)align;
  void *block = realloc(old, new_size); /* malloc aligns to 16, more than the ABI ever asks for */
  if (!block) abort();
  return block;
}

/* The entry: result<string, string>. This inferlet takes no parameters, so it ignores its input. */
BOURSE_EXPORT("bourse:guest/run#run")
bourse_text *inferlet_run(const char *input, size_t length) {
  (void)input;
  (void)length;
  static bourse_text result;
  if (run()) {
    result.failed = 0;
    result.text = (bourse_string){"", 0};
  } else {
    result.failed = 1;
    result.error = failure;
  }
  return &result;
}
