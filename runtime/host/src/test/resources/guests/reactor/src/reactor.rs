//! An executor over `wasi:io/poll`: tasks that wait for pollables, and one place where all of them wait.

use crate::abi;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

thread_local! {
    /// What is waited for, and whom to tell when it is there.
    static WAITING: RefCell<Vec<(u32, Waker)>> = const { RefCell::new(Vec::new()) };
}

/// Ready when the pollable is; it is dropped then.
pub struct Ready(pub u32);

impl Future for Ready {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if unsafe { abi::ready(self.0) } != 0 {
            return Poll::Ready(());
        }
        WAITING.with_borrow_mut(|waiting| waiting.push((self.0, context.waker().clone())));
        Poll::Pending
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        WAITING.with_borrow_mut(|waiting| waiting.retain(|(pollable, _)| *pollable != self.0));
        unsafe { abi::pollable_drop(self.0) }
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

type Task<'t> = (Pin<Box<dyn Future<Output = ()> + 't>>, Arc<Flag>);

/// Runs tasks together until all are done; tells how often it had to wait for the host.
pub fn run_all<'t>(futures: Vec<Pin<Box<dyn Future<Output = ()> + 't>>>) -> usize {
    let mut waits = 0;
    let mut tasks: Vec<Task<'t>> =
        futures.into_iter().map(|future| (future, Arc::new(Flag(AtomicBool::new(true))))).collect();
    loop {
        tasks.retain_mut(|(future, flag)| {
            if !flag.0.swap(false, Ordering::Relaxed) {
                return true;
            }
            let waker = Waker::from(flag.clone());
            future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending()
        });
        if tasks.is_empty() {
            return waits;
        }
        waits += 1;
        wait();
    }
}

/// Waits until one pollable at least is ready, and wakes whoever waits for those that are.
fn wait() {
    let pollables: Vec<u32> = WAITING.with_borrow(|waiting| waiting.iter().map(|(pollable, _)| *pollable).collect());
    let mut ready = abi::Span::EMPTY;
    unsafe { abi::poll(pollables.as_ptr(), pollables.len(), &mut ready) };
    let ready: Vec<u32> = ready.list();
    WAITING.with_borrow_mut(|waiting| {
        let mut index = 0;
        waiting.retain(|(_, waker)| {
            let is_ready = ready.contains(&index);
            index += 1;
            if is_ready {
                waker.wake_by_ref();
            }
            !is_ready
        });
    });
}
