//! Two timers and two forward passes that are waited for together. The result tells in which order the timers rang, and
//! the token that each pass drew: both evaluate the same, so they draw the same.

mod abi;
mod reactor;

use reactor::Ready;
use std::cell::RefCell;

const MODEL: &str = "pocket";
const TOKENS: [u32; 3] = [5, 6, 7];
const POSITIONS: [u32; 3] = [0, 1, 2];
const LAST: u32 = 2;
const MILLI: u64 = 1_000_000;

async fn sleep(millis: u64) {
    Ready(unsafe { abi::subscribe_duration(millis * MILLI) }).await
}

/// The most probable token after [`TOKENS`].
async fn draw() -> Result<u32, String> {
    let model = abi::handle(|out| unsafe { abi::model_load(MODEL.as_ptr(), MODEL.len(), out) })?;
    let context = abi::handle(|out| unsafe { abi::context_create(model, out) })?;
    abi::handle(|out| unsafe { abi::reserve(context, 1, out) })?;
    let future = unsafe {
        let pass = abi::pass_new(model);
        abi::pass_context(pass, context);
        abi::pass_input(pass, TOKENS.as_ptr(), TOKENS.len(), POSITIONS.as_ptr(), POSITIONS.len());
        abi::pass_sampler(pass, &LAST, 1, 0, 0, 0, 0.0);
        abi::handle(|out| abi::pass_execute(pass, out))?
    };
    Ready(unsafe { abi::output_pollable(future) }).await;
    let empty = abi::Span::EMPTY;
    let mut output = abi::Output { present: 0, slots: empty, draft_tokens: empty, draft_positions: empty };
    unsafe { abi::output_get(future, &mut output) };
    let slots: Vec<abi::Slot> = output.slots.list();
    match slots.first() {
        Some(slot) if output.present == 1 && slot.kind == 0 => Ok(slot.words[0]),
        _ => Err("the pass gave no token".into()),
    }
}

fn run() -> Result<String, String> {
    let rung = RefCell::new(Vec::new());
    let drawn = RefCell::new(Vec::new());
    let waits = reactor::run_all(vec![
        // Where both are ready at once, the first task is run first: the order holds on a slow machine, too.
        Box::pin(async {
            sleep(1).await;
            rung.borrow_mut().push("early");
        }),
        Box::pin(async {
            sleep(60).await;
            rung.borrow_mut().push("late");
        }),
        Box::pin(async {
            let token = draw().await;
            drawn.borrow_mut().push(token);
        }),
        Box::pin(async {
            sleep(1).await;
            let token = draw().await;
            drawn.borrow_mut().push(token);
        }),
    ]);
    let tokens: Result<Vec<String>, String> =
        drawn.into_inner().into_iter().map(|token| token.map(|t| t.to_string())).collect();
    let waited = if waits > 0 { "waited" } else { "did not wait" };
    Ok(format!("{} {} {waited}", rung.into_inner().join(" "), tokens?.join(" ")))
}

#[export_name = "_start"]
extern "C" fn start() {
    unsafe {
        match run() {
            Ok(text) => abi::result_ok(text.as_ptr(), text.len()),
            Err(text) => abi::result_error(text.as_ptr(), text.len()),
        }
    }
}
