//! The guest ABI of Bourse for Rust: the imports that a small inferlet needs, written down by hand.
//!
//! Each function in `abi` is the canonical-ABI lowering of one function of the interfaces pie:core and pie:instruct. A
//! string or a list is a pointer and a count; what does not fit one value is written where the last argument points,
//! into memory that the host allocates with `cabi_realloc`; a handle is an integer that is given back by its drop.

use std::alloc::{alloc, handle_alloc_error, realloc, Layout};

#[repr(C)]
#[derive(Clone, Copy)]
struct Span {
    address: *mut u8,
    count: usize,
}

impl Span {
    const EMPTY: Span = Span { address: std::ptr::null_mut(), count: 0 };

    /// The list that the host allocated here, which is ours now.
    fn list<T>(self) -> Vec<T> {
        if self.count == 0 {
            return Vec::new();
        }
        unsafe { Vec::from_raw_parts(self.address.cast(), self.count, self.count) }
    }

    fn string(self) -> String {
        unsafe { String::from_utf8_unchecked(self.list()) }
    }
}

/// `result<string, string>`, and every result whose error is a string.
#[repr(C)]
pub struct Text {
    failed: u8,
    value: Span,
}

impl Text {
    const EMPTY: Text = Text { failed: 0, value: Span::EMPTY };

    fn ok(self) -> Result<Span, String> {
        if self.failed == 0 { Ok(self.value) } else { Err(self.value.string()) }
    }

    fn handle(self) -> Result<u32, String> {
        self.ok().map(|value| value.address as u32)
    }
}

impl From<Result<String, String>> for Text {
    fn from(result: Result<String, String>) -> Text {
        let failed = result.is_err() as u8;
        let text = result.unwrap_or_else(|error| error).leak();
        Text { failed, value: Span { address: text.as_mut_ptr(), count: text.len() } }
    }
}

/// One output of a forward pass; kind 0 is a token.
#[repr(C)]
#[derive(Clone, Copy)]
struct Slot {
    kind: u8,
    words: [u32; 4],
}

/// `option<output>`
#[repr(C)]
struct Output {
    present: u8,
    slots: Span,
    draft_tokens: Span,
    draft_positions: Span,
}

mod abi {
    use super::{Output, Span, Text};

    #[link(wasm_import_module = "pie:core/runtime")]
    extern "C" {
        pub fn models(out: *mut Span);
    }
    #[link(wasm_import_module = "pie:core/session")]
    extern "C" {
        pub fn send(text: *const u8, length: usize);
    }
    #[link(wasm_import_module = "pie:core/model")]
    extern "C" {
        #[link_name = "[static]model.load"]
        pub fn model_load(name: *const u8, length: usize, out: *mut Text);
        #[link_name = "[method]model.tokenizer"]
        pub fn model_tokenizer(model: u32) -> u32;
        #[link_name = "[resource-drop]model"]
        pub fn model_drop(model: u32);
        #[link_name = "[method]tokenizer.decode"]
        pub fn decode(tokenizer: u32, tokens: *const u32, count: usize, out: *mut Text);
        #[link_name = "[resource-drop]tokenizer"]
        pub fn tokenizer_drop(tokenizer: u32);
    }
    #[link(wasm_import_module = "pie:instruct/chat")]
    extern "C" {
        pub fn system(model: u32, text: *const u8, length: usize, out: *mut Span);
        pub fn user(model: u32, text: *const u8, length: usize, out: *mut Span);
        pub fn cue(model: u32, out: *mut Span);
        #[link_name = "stop-tokens"]
        pub fn stop_tokens(model: u32, out: *mut Span);
    }
    #[link(wasm_import_module = "pie:core/context")]
    extern "C" {
        #[link_name = "[static]context.create"]
        pub fn context_create(model: u32, out: *mut Text);
        #[link_name = "[static]context.delete"]
        pub fn context_delete(model: u32, name: *const u8, length: usize, out: *mut Text);
        #[link_name = "[method]context.fork"]
        pub fn context_fork(context: u32, out: *mut Text);
        #[link_name = "[method]context.save"]
        pub fn context_save(context: u32, name: *const u8, length: usize, out: *mut Text);
        #[link_name = "[method]context.tokens-per-page"]
        pub fn tokens_per_page(context: u32) -> u32;
        #[link_name = "[method]context.working-page-count"]
        pub fn working_pages(context: u32) -> u32;
        #[link_name = "[method]context.working-page-token-count"]
        pub fn working_tokens(context: u32) -> u32;
        #[link_name = "[method]context.reserve-working-pages"]
        pub fn reserve(context: u32, pages: u32, out: *mut Text);
        #[link_name = "[method]context.commit-working-pages"]
        pub fn commit(context: u32, pages: u32, out: *mut Text);
        #[link_name = "[resource-drop]context"]
        pub fn context_drop(context: u32);
    }
    #[link(wasm_import_module = "pie:core/inference")]
    extern "C" {
        #[link_name = "[constructor]forward-pass"]
        pub fn pass_new(model: u32) -> u32;
        #[link_name = "[method]forward-pass.context"]
        pub fn pass_context(pass: u32, context: u32);
        #[link_name = "[method]forward-pass.input-tokens"]
        pub fn pass_input(pass: u32, tokens: *const u32, count: usize, positions: *const u32, positions_count: usize);
        #[link_name = "[method]forward-pass.sampler"]
        pub fn pass_sampler(pass: u32, rows: *const u32, count: usize, kind: u32, first: u32, second: u32, third: f32);
        #[link_name = "[method]forward-pass.logit-mask"]
        pub fn pass_logit_mask(pass: u32, runs: *const u32, count: usize);
        #[link_name = "[method]forward-pass.execute"]
        pub fn pass_execute(pass: u32, out: *mut Text);
        #[link_name = "[resource-drop]forward-pass"]
        pub fn pass_drop(pass: u32);
        #[link_name = "[method]future-output.pollable"]
        pub fn output_pollable(future: u32) -> u32;
        #[link_name = "[method]future-output.get"]
        pub fn output_get(future: u32, out: *mut Output);
        #[link_name = "[resource-drop]future-output"]
        pub fn output_drop(future: u32);
        #[link_name = "[static]grammar.from-regex"]
        pub fn grammar_from_regex(regex: *const u8, length: usize, out: *mut Text);
        #[link_name = "[resource-drop]grammar"]
        pub fn grammar_drop(grammar: u32);
        #[link_name = "[constructor]matcher"]
        pub fn matcher_new(grammar: u32, tokenizer: u32) -> u32;
        #[link_name = "[method]matcher.next-token-logit-mask"]
        pub fn matcher_mask(matcher: u32, out: *mut Span);
        #[link_name = "[method]matcher.accept-tokens"]
        pub fn matcher_accept(matcher: u32, tokens: *const u32, count: usize, out: *mut Text);
        #[link_name = "[resource-drop]matcher"]
        pub fn matcher_drop(matcher: u32);
    }
    #[link(wasm_import_module = "wasi:io/poll@0.2.0")]
    extern "C" {
        #[link_name = "[method]pollable.block"]
        pub fn block(pollable: u32);
        #[link_name = "[resource-drop]pollable"]
        pub fn pollable_drop(pollable: u32);
    }
}

/// What `call` writes through its last argument.
fn text(call: impl FnOnce(*mut Text)) -> Text {
    let mut out = Text::EMPTY;
    call(&mut out);
    out
}

fn list<T>(call: impl FnOnce(*mut Span)) -> Vec<T> {
    let mut out = Span::EMPTY;
    call(&mut out);
    out.list()
}

pub fn send(text: &str) {
    unsafe { abi::send(text.as_ptr(), text.len()) }
}

pub struct Model {
    handle: u32,
    tokenizer: u32,
}

impl Model {
    /// The first of the models that are served.
    pub fn first() -> Result<Model, String> {
        let names: Vec<Span> = list(|out| unsafe { abi::models(out) });
        let name = names.first().copied().unwrap_or(Span::EMPTY);
        let handle = text(|out| unsafe { abi::model_load(name.address, name.count, out) }).handle()?;
        Ok(Model { handle, tokenizer: unsafe { abi::model_tokenizer(handle) } })
    }

    pub fn system(&self, text: &str) -> Vec<u32> {
        list(|out| unsafe { abi::system(self.handle, text.as_ptr(), text.len(), out) })
    }

    pub fn user(&self, text: &str) -> Vec<u32> {
        list(|out| unsafe { abi::user(self.handle, text.as_ptr(), text.len(), out) })
    }

    pub fn cue(&self) -> Vec<u32> {
        list(|out| unsafe { abi::cue(self.handle, out) })
    }

    pub fn stop_tokens(&self) -> Vec<u32> {
        list(|out| unsafe { abi::stop_tokens(self.handle, out) })
    }

    pub fn decode(&self, tokens: &[u32]) -> Result<String, String> {
        text(|out| unsafe { abi::decode(self.tokenizer, tokens.as_ptr(), tokens.len(), out) }).ok().map(Span::string)
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        unsafe {
            abi::tokenizer_drop(self.tokenizer);
            abi::model_drop(self.handle);
        }
    }
}

pub struct Context(u32);

impl Context {
    pub fn create(model: &Model) -> Result<Context, String> {
        text(|out| unsafe { abi::context_create(model.handle, out) }).handle().map(Context)
    }

    pub fn delete(model: &Model, name: &str) -> Result<(), String> {
        text(|out| unsafe { abi::context_delete(model.handle, name.as_ptr(), name.len(), out) }).ok().map(drop)
    }

    pub fn fork(&self) -> Result<Context, String> {
        text(|out| unsafe { abi::context_fork(self.0, out) }).handle().map(Context)
    }

    pub fn save(&self, name: &str) -> Result<(), String> {
        text(|out| unsafe { abi::context_save(self.0, name.as_ptr(), name.len(), out) }).ok().map(drop)
    }

    pub fn tokens_per_page(&self) -> u32 {
        unsafe { abi::tokens_per_page(self.0) }
    }

    pub fn working_pages(&self) -> u32 {
        unsafe { abi::working_pages(self.0) }
    }

    pub fn working_tokens(&self) -> u32 {
        unsafe { abi::working_tokens(self.0) }
    }

    pub fn reserve(&self, pages: u32) -> Result<(), String> {
        text(|out| unsafe { abi::reserve(self.0, pages, out) }).ok().map(drop)
    }

    pub fn commit(&self, pages: u32) -> Result<(), String> {
        text(|out| unsafe { abi::commit(self.0, pages, out) }).ok().map(drop)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        unsafe { abi::context_drop(self.0) }
    }
}

/// A forward pass that is being put together.
pub struct Pass(u32);

impl Pass {
    pub fn new(model: &Model, context: &Context) -> Pass {
        unsafe {
            let pass = abi::pass_new(model.handle);
            abi::pass_context(pass, context.0);
            Pass(pass)
        }
    }

    pub fn input(&mut self, tokens: &[u32], positions: &[u32]) {
        unsafe { abi::pass_input(self.0, tokens.as_ptr(), tokens.len(), positions.as_ptr(), positions.len()) }
    }

    /// Draws the most probable token after `row`: multinomial at temperature 0.
    pub fn greedy(&mut self, row: u32) {
        unsafe { abi::pass_sampler(self.0, &row, 1, 0, 0, 0, 0.0) }
    }

    /// Runs of tokens that are refused and allowed in turn, refused ones first.
    pub fn logit_mask(&mut self, runs: &[u32]) {
        unsafe { abi::pass_logit_mask(self.0, runs.as_ptr(), runs.len()) }
    }

    /// Computes it; the token that was drawn, if one was.
    pub fn execute(self) -> Result<Option<u32>, String> {
        let future = text(|out| unsafe { abi::pass_execute(self.0, out) }).handle()?;
        let mut output =
            Output { present: 0, slots: Span::EMPTY, draft_tokens: Span::EMPTY, draft_positions: Span::EMPTY };
        unsafe {
            let ready = abi::output_pollable(future);
            abi::block(ready);
            abi::pollable_drop(ready);
            abi::output_get(future, &mut output);
            abi::output_drop(future);
        }
        drop((output.draft_tokens.list::<u32>(), output.draft_positions.list::<u32>()));
        let slots: Vec<Slot> = if output.present == 1 { output.slots.list() } else { Vec::new() };
        Ok(slots.iter().find(|slot| slot.kind == 0).map(|slot| slot.words[0]))
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        unsafe { abi::pass_drop(self.0) }
    }
}

pub struct Grammar(u32);

impl Grammar {
    pub fn regex(regex: &str) -> Result<Grammar, String> {
        text(|out| unsafe { abi::grammar_from_regex(regex.as_ptr(), regex.len(), out) }).handle().map(Grammar)
    }
}

impl Drop for Grammar {
    fn drop(&mut self) {
        unsafe { abi::grammar_drop(self.0) }
    }
}

/// Where a text is in its grammar.
pub struct Matcher(u32);

impl Matcher {
    pub fn new(grammar: &Grammar, model: &Model) -> Matcher {
        Matcher(unsafe { abi::matcher_new(grammar.0, model.tokenizer) })
    }

    pub fn mask(&self) -> Vec<u32> {
        list(|out| unsafe { abi::matcher_mask(self.0, out) })
    }

    pub fn accept(&self, tokens: &[u32]) -> Result<(), String> {
        text(|out| unsafe { abi::matcher_accept(self.0, tokens.as_ptr(), tokens.len(), out) }).ok().map(drop)
    }
}

impl Drop for Matcher {
    fn drop(&mut self) {
        unsafe { abi::matcher_drop(self.0) }
    }
}

/// The host's allocator for what it returns.
#[no_mangle]
unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, new_size: usize) -> *mut u8 {
    if new_size == 0 {
        return align as *mut u8;
    }
    let layout = Layout::from_size_align_unchecked(new_size, align);
    let block = if old_size == 0 {
        alloc(layout)
    } else {
        realloc(old, Layout::from_size_align_unchecked(old_size, align), new_size)
    };
    if block.is_null() {
        handle_alloc_error(layout);
    }
    block
}
