//! The imports that the guest calls, lowered as the canonical ABI says.

use std::alloc::{alloc, realloc, Layout};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Span {
    address: *mut u8,
    count: usize,
}

impl Span {
    pub const EMPTY: Span = Span { address: std::ptr::null_mut(), count: 0 };

    /// The list that the host allocated here, which is ours now.
    pub fn list<T>(self) -> Vec<T> {
        if self.count == 0 {
            return Vec::new();
        }
        unsafe { Vec::from_raw_parts(self.address.cast(), self.count, self.count) }
    }
}

/// `result<_, string>`: a handle, or an error.
#[repr(C)]
pub struct Answer {
    failed: u8,
    value: Span,
}

/// The handle that `call` writes.
pub fn handle(call: impl FnOnce(*mut Answer)) -> Result<u32, String> {
    let mut answer = Answer { failed: 0, value: Span::EMPTY };
    call(&mut answer);
    if answer.failed == 0 {
        Ok(answer.value.address as u32)
    } else {
        Err(String::from_utf8(answer.value.list()).unwrap_or_default())
    }
}

/// One output of a forward pass; kind 0 is a token.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Slot {
    pub kind: u8,
    pub words: [u32; 4],
}

/// `option<output>`
#[repr(C)]
pub struct Output {
    pub present: u8,
    pub slots: Span,
    pub draft_tokens: Span,
    pub draft_positions: Span,
}

#[link(wasm_import_module = "bourse:entry")]
extern "C" {
    #[link_name = "result-ok"]
    pub fn result_ok(text: *const u8, length: usize);
    #[link_name = "result-error"]
    pub fn result_error(text: *const u8, length: usize);
}
#[link(wasm_import_module = "wasi:clocks/monotonic-clock@0.2.0")]
extern "C" {
    #[link_name = "subscribe-duration"]
    pub fn subscribe_duration(nanos: u64) -> u32;
}
#[link(wasm_import_module = "wasi:io/poll@0.2.0")]
extern "C" {
    pub fn poll(pollables: *const u32, count: usize, out: *mut Span);
    #[link_name = "[method]pollable.ready"]
    pub fn ready(pollable: u32) -> u32;
    #[link_name = "[resource-drop]pollable"]
    pub fn pollable_drop(pollable: u32);
}
#[link(wasm_import_module = "pie:core/model")]
extern "C" {
    #[link_name = "[static]model.load"]
    pub fn model_load(name: *const u8, length: usize, out: *mut Answer);
}
#[link(wasm_import_module = "pie:core/context")]
extern "C" {
    #[link_name = "[static]context.create"]
    pub fn context_create(model: u32, out: *mut Answer);
    #[link_name = "[method]context.reserve-working-pages"]
    pub fn reserve(context: u32, pages: u32, out: *mut Answer);
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
    #[link_name = "[method]forward-pass.execute"]
    pub fn pass_execute(pass: u32, out: *mut Answer);
    #[link_name = "[method]future-output.pollable"]
    pub fn output_pollable(future: u32) -> u32;
    #[link_name = "[method]future-output.get"]
    pub fn output_get(future: u32, out: *mut Output);
}

/// The host's allocator for what it returns.
#[no_mangle]
unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, new_size: usize) -> *mut u8 {
    if new_size == 0 {
        return align as *mut u8;
    }
    let layout = Layout::from_size_align_unchecked(new_size, align);
    if old_size == 0 {
        alloc(layout)
    } else {
        realloc(old, Layout::from_size_align_unchecked(old_size, align), new_size)
    }
}
