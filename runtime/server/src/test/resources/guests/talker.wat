;; Talks to its client: sends every message back. At one that begins with "!" it first sends a kibibyte 4,000 times;
;; at one that begins with "." it ends, with that message as its result.
;;
;; Memory: 0 the result<string, string>, 16 an option<string>, 1024 a kibibyte of text, 4096 what the host allocates
;; (each message takes the place of the last one).
(module
  (import "pie:core/session" "send" (func $send (param i32 i32)))
  (import "pie:core/session" "receive" (func $receive (result i32)))
  (import "pie:core/types" "[method]future-string.pollable" (func $pollable (param i32) (result i32)))
  (import "pie:core/types" "[method]future-string.get" (func $get (param i32 i32)))
  (import "pie:core/types" "[resource-drop]future-string" (func $drop (param i32)))
  (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $pollable.drop (param i32)))
  (memory (export "memory") 2)

  (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (if (i32.gt_u (local.get $size) (i32.const 126976)) (then unreachable))
    (i32.const 4096))

  (func $listen
    (local $future i32) (local $wait i32)
    (local.set $future (call $receive))
    (local.set $wait (call $pollable (local.get $future)))
    (call $block (local.get $wait))
    (call $pollable.drop (local.get $wait))
    (call $get (local.get $future) (i32.const 16))
    (call $drop (local.get $future)))

  (func $chatter
    (local $left i32)
    (memory.fill (i32.const 1024) (i32.const 0x78) (i32.const 1024))
    (local.set $left (i32.const 4000))
    (loop $again
      (call $send (i32.const 1024) (i32.const 1024))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $again (local.get $left))))

  (func (export "bourse:guest/run#run") (param i32 i32) (result i32)
    (local $first i32)
    (loop $again
      (call $listen)
      (local.set $first (i32.load8_u (i32.load (i32.const 20))))
      (if (i32.eq (local.get $first) (i32.const 0x2e))
        (then
          (i64.store align=4 (i32.const 4) (i64.load align=4 (i32.const 20)))
          (return (i32.const 0))))
      (if (i32.eq (local.get $first) (i32.const 0x21)) (then (call $chatter)))
      (call $send (i32.load (i32.const 20)) (i32.load (i32.const 24)))
      (br $again))
    unreachable))
