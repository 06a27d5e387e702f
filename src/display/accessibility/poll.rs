//! Many futures on one thread, and none longer than its deadline.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Polls `futures`, `width` at a time, until all are done; the outputs are in the order of the futures.
pub(super) async fn in_flight<F: Future>(width: usize, futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting = futures.into_iter().enumerate().fuse();
    let mut flying: Vec<(usize, Pin<Box<F>>)> = Vec::with_capacity(width);
    let mut done: Vec<(usize, F::Output)> = Vec::new();
    poll_fn(|context| {
        loop {
            let room = width.saturating_sub(flying.len());
            flying.extend(waiting.by_ref().take(room).map(|(index, future)| (index, Box::pin(future))));
            let before = done.len();
            flying.retain_mut(|(index, future)| match future.as_mut().poll(context) {
                Poll::Ready(output) => {
                    done.push((*index, output));
                    false
                }
                Poll::Pending => true,
            });
            if done.len() == before {
                return if flying.is_empty() { Poll::Ready(()) } else { Poll::Pending };
            }
        }
    })
    .await;
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, output)| output).collect()
}

/// Polls two futures until both are done.
pub(super) async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut left, mut right) = (None, None);
    poll_fn(|context| {
        step(&mut left, a.as_mut(), context);
        step(&mut right, b.as_mut(), context);
        match (left.take(), right.take()) {
            (Some(left), Some(right)) => Poll::Ready((left, right)),
            partly => {
                (left, right) = partly;
                Poll::Pending
            }
        }
    })
    .await
}

fn step<F: Future>(output: &mut Option<F::Output>, future: Pin<&mut F>, context: &mut Context<'_>) {
    if output.is_none()
        && let Poll::Ready(ready) = future.poll(context)
    {
        *output = Some(ready);
    }
}

/// Polls `future` until `deadline`, and is `None` then. Relies on being polled at the deadline, see `block_on`.
pub(super) async fn until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if Instant::now() >= deadline => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

pub(in crate::display) fn block_until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    block_on(deadline, until(deadline, future))
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls `future` on this thread when it is woken and at `deadline`, after which it must not wait any more.
pub(super) fn block_on<F: Future>(deadline: Instant, future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        // Locks within the connection may be pending for a moment even past the deadline.
        let left = deadline.saturating_duration_since(Instant::now());
        thread::park_timeout(left.max(Duration::from_millis(1)));
    }
}
