/*
 * One prompt, two continuations.
 *
 * The prompt is evaluated once. The context is forked, which shares the pages of the prompt instead of
 * computing it again, and each fork is asked a question of its own. What the host returns is not freed:
 * the memory goes with the instance, a moment later.
 */
#include "bourse.h"

#include <stdlib.h>
#include <string.h>

enum { TOKENS_MAX = 48 };

static const char *const FACTS = "You answer in one short sentence.";
static const char *const QUESTIONS[] = {
    "What is the capital of France?",
    "What is the capital of Japan?",
};

/* A context and the position of its next token. */
typedef struct { uint32_t handle; uint32_t length; } timeline;

/* Set when a call fails; the inferlet ends with it. */
static bourse_string failure;

static int failed(const bourse_string *error) {
  failure = *error;
  return 0;
}

/* Evaluates tokens; if `next` is not null, also draws the most probable token that follows. */
static int evaluate(uint32_t model, timeline *context, const bourse_tokens *tokens, uint32_t *next) {
  uint32_t page = bourse_context_tokens_per_page(context->handle);
  uint32_t used = bourse_context_working_tokens(context->handle);
  uint32_t room = page * bourse_context_working_pages(context->handle) - used;
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

  /* Full pages are committed: forks share them, and they can no longer change. */
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

static void join(bourse_tokens *all, const bourse_tokens *more) {
  all->data = realloc(all->data, (all->count + more->count) * sizeof *all->data);
  memcpy(all->data + all->count, more->data, more->count * sizeof *more->data);
  all->count += more->count;
}

/* Asks one question on a context of its own and sends question and answer to the client. */
static int answer(uint32_t model, uint32_t tokenizer, timeline context, const char *question) {
  bourse_tokens prompt, cue, stops;
  bourse_chat_user(model, question, strlen(question), &prompt);
  bourse_chat_cue(model, &cue);
  bourse_chat_stop_tokens(model, &stops);
  join(&prompt, &cue);

  uint32_t drawn[TOKENS_MAX];
  uint32_t count = 0, token;
  if (!evaluate(model, &context, &prompt, &token)) return 0;
  while (count < TOKENS_MAX && !is_stop(&stops, token)) {
    drawn[count++] = token;
    bourse_tokens one = {&drawn[count - 1], 1};
    if (!evaluate(model, &context, &one, &token)) return 0;
  }

  bourse_text text;
  bourse_decode(tokenizer, drawn, count, &text);
  if (text.failed) return failed(&text.error);
  bourse_send(question, strlen(question));
  bourse_send(" ", 1);
  bourse_send(text.text.data, text.text.length);
  bourse_send("\n", 1);
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

  timeline prompt = {root.handle, 0};
  bourse_tokens system;
  bourse_chat_system(model.handle, FACTS, strlen(FACTS), &system);
  if (system.count > 0 && !evaluate(model.handle, &prompt, &system, NULL)) return 0;

  for (size_t i = 0; i < sizeof QUESTIONS / sizeof *QUESTIONS; i++) {
    bourse_handle fork;
    bourse_context_fork(prompt.handle, &fork);
    if (fork.failed) return failed(&fork.error);
    timeline branch = {fork.handle, prompt.length};
    if (!answer(model.handle, tokenizer, branch, QUESTIONS[i])) return 0;
    bourse_context_drop(fork.handle);
  }
  bourse_context_drop(prompt.handle);
  bourse_tokenizer_drop(tokenizer);
  bourse_model_drop(model.handle);
  return 1;
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
BOURSE_EXPORT("bourse:fork-in-c/run#run")
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
