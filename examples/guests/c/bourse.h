/*
 * The guest ABI of Bourse for C: the imports that a small inferlet needs, written down by hand.
 *
 * Copy this file into your own project. Each declaration is the canonical-ABI lowering of one function
 * of the interfaces pie:core and pie:instruct; docs/abi-bourse.md describes our own. The rules:
 *
 *   - A string or a list is a pointer and a count. Pointers are 32 bits.
 *   - What does not fit one value is written where the last argument, `out`, points. The host allocates
 *     the strings and lists in it with cabi_realloc; they are yours.
 *   - A fallible call writes a struct whose `failed` is 0 or 1; if it is 1, `error` says why.
 *   - Contexts, models and the like are handles: integers, each freed with its _drop.
 */
#ifndef BOURSE_H
#define BOURSE_H

#include <stdint.h>

#define BOURSE_IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define BOURSE_EXPORT(name) __attribute__((export_name(name)))

typedef struct { char *data; uint32_t length; } bourse_string;
typedef struct { uint32_t *data; uint32_t count; } bourse_tokens;
typedef struct { bourse_string *data; uint32_t count; } bourse_strings;

/* result<_, string> */
typedef struct { uint8_t failed; bourse_string error; } bourse_status;

/* result<handle, string> */
typedef struct {
  uint8_t failed;
  union { uint32_t handle; bourse_string error; };
} bourse_handle;

/* result<string, string> */
typedef struct {
  uint8_t failed;
  union { bourse_string text; bourse_string error; };
} bourse_text;

/* One output of a forward pass; kind 0 is a token. The other kinds are lists and a number. */
typedef struct {
  uint8_t kind;
  union { uint32_t token; float entropy; uint32_t words[4]; };
} bourse_slot;

/* option<output> */
typedef struct {
  uint8_t present;
  struct { bourse_slot *data; uint32_t count; } slots;
  bourse_tokens draft_tokens;
  bourse_tokens draft_positions;
} bourse_output;

_Static_assert(sizeof(bourse_status) == 12 && sizeof(bourse_handle) == 12, "layout of result");
_Static_assert(sizeof(bourse_slot) == 20 && sizeof(bourse_output) == 28, "layout of output");

/* pie:core/runtime and session */
BOURSE_IMPORT("pie:core/runtime", "models")
void bourse_models(bourse_strings *out);
BOURSE_IMPORT("pie:core/session", "send")
void bourse_send(const char *text, uint32_t length);

/* pie:core/model */
BOURSE_IMPORT("pie:core/model", "[static]model.load")
void bourse_model_load(const char *name, uint32_t length, bourse_handle *out);
BOURSE_IMPORT("pie:core/model", "[method]model.tokenizer")
uint32_t bourse_model_tokenizer(uint32_t model);
BOURSE_IMPORT("pie:core/model", "[resource-drop]model")
void bourse_model_drop(uint32_t model);
BOURSE_IMPORT("pie:core/model", "[method]tokenizer.decode")
void bourse_decode(uint32_t tokenizer, const uint32_t *tokens, uint32_t count, bourse_text *out);
BOURSE_IMPORT("pie:core/model", "[resource-drop]tokenizer")
void bourse_tokenizer_drop(uint32_t tokenizer);

/* pie:instruct/chat: the token ids of each role under the model's own template */
BOURSE_IMPORT("pie:instruct/chat", "first-user")
void bourse_chat_first_user(uint32_t model, const char *text, uint32_t length, bourse_tokens *out);
BOURSE_IMPORT("pie:instruct/chat", "user")
void bourse_chat_user(uint32_t model, const char *text, uint32_t length, bourse_tokens *out);
BOURSE_IMPORT("pie:instruct/chat", "system")
void bourse_chat_system(uint32_t model, const char *text, uint32_t length, bourse_tokens *out);
BOURSE_IMPORT("pie:instruct/chat", "cue")
void bourse_chat_cue(uint32_t model, bourse_tokens *out);
BOURSE_IMPORT("pie:instruct/chat", "stop-tokens")
void bourse_chat_stop_tokens(uint32_t model, bourse_tokens *out);

/* pie:core/context */
BOURSE_IMPORT("pie:core/context", "[static]context.create")
void bourse_context_create(uint32_t model, bourse_handle *out);
BOURSE_IMPORT("pie:core/context", "[method]context.fork")
void bourse_context_fork(uint32_t context, bourse_handle *out);
BOURSE_IMPORT("pie:core/context", "[static]context.delete")
void bourse_context_delete(uint32_t model, const char *name, uint32_t length, bourse_status *out);
BOURSE_IMPORT("pie:core/context", "[method]context.save")
void bourse_context_save(uint32_t context, const char *name, uint32_t length, bourse_status *out);
BOURSE_IMPORT("pie:core/context", "[method]context.tokens-per-page")
uint32_t bourse_context_tokens_per_page(uint32_t context);
BOURSE_IMPORT("pie:core/context", "[method]context.working-page-count")
uint32_t bourse_context_working_pages(uint32_t context);
BOURSE_IMPORT("pie:core/context", "[method]context.working-page-token-count")
uint32_t bourse_context_working_tokens(uint32_t context);
BOURSE_IMPORT("pie:core/context", "[method]context.reserve-working-pages")
void bourse_context_reserve(uint32_t context, uint32_t pages, bourse_status *out);
BOURSE_IMPORT("pie:core/context", "[method]context.commit-working-pages")
void bourse_context_commit(uint32_t context, uint32_t pages, bourse_status *out);
BOURSE_IMPORT("pie:core/context", "[resource-drop]context")
void bourse_context_drop(uint32_t context);

/* pie:core/inference */
BOURSE_IMPORT("pie:core/inference", "[constructor]forward-pass")
uint32_t bourse_pass_create(uint32_t model);
BOURSE_IMPORT("pie:core/inference", "[method]forward-pass.context")
void bourse_pass_context(uint32_t pass, uint32_t context);
BOURSE_IMPORT("pie:core/inference", "[method]forward-pass.input-tokens")
void bourse_pass_input(uint32_t pass, const uint32_t *tokens, uint32_t count,
                       const uint32_t *positions, uint32_t position_count);
/* The payload of the sampler variant: for kind 0, multinomial, the bits of the temperature and the seed. */
BOURSE_IMPORT("pie:core/inference", "[method]forward-pass.sampler")
void bourse_pass_sampler(uint32_t pass, const uint32_t *indices, uint32_t count, uint32_t kind,
                         uint32_t first, uint32_t second, float third);
/* Runs of tokens that are refused and allowed in turn, refused ones first. */
BOURSE_IMPORT("pie:core/inference", "[method]forward-pass.logit-mask")
void bourse_pass_logit_mask(uint32_t pass, const uint32_t *runs, uint32_t count);
BOURSE_IMPORT("pie:core/inference", "[method]forward-pass.execute")
void bourse_pass_execute(uint32_t pass, bourse_handle *out);
BOURSE_IMPORT("pie:core/inference", "[resource-drop]forward-pass")
void bourse_pass_drop(uint32_t pass);
BOURSE_IMPORT("pie:core/inference", "[method]future-output.pollable")
uint32_t bourse_output_pollable(uint32_t future);
BOURSE_IMPORT("pie:core/inference", "[method]future-output.get")
void bourse_output_get(uint32_t future, bourse_output *out);
BOURSE_IMPORT("pie:core/inference", "[resource-drop]future-output")
void bourse_output_drop(uint32_t future);

/* pie:core/inference: which texts a model may write */
BOURSE_IMPORT("pie:core/inference", "[static]grammar.from-regex")
void bourse_grammar_from_regex(const char *regex, uint32_t length, bourse_handle *out);
BOURSE_IMPORT("pie:core/inference", "[resource-drop]grammar")
void bourse_grammar_drop(uint32_t grammar);
BOURSE_IMPORT("pie:core/inference", "[constructor]matcher")
uint32_t bourse_matcher_create(uint32_t grammar, uint32_t tokenizer);
BOURSE_IMPORT("pie:core/inference", "[method]matcher.next-token-logit-mask")
void bourse_matcher_mask(uint32_t matcher, bourse_tokens *out);
BOURSE_IMPORT("pie:core/inference", "[method]matcher.accept-tokens")
void bourse_matcher_accept(uint32_t matcher, const uint32_t *tokens, uint32_t count, bourse_status *out);
BOURSE_IMPORT("pie:core/inference", "[resource-drop]matcher")
void bourse_matcher_drop(uint32_t matcher);

/* wasi:io/poll: how to wait */
BOURSE_IMPORT("wasi:io/poll@0.2.0", "[method]pollable.block")
void bourse_pollable_block(uint32_t pollable);
BOURSE_IMPORT("wasi:io/poll@0.2.0", "[resource-drop]pollable")
void bourse_pollable_drop(uint32_t pollable);

#endif
