;; A guest that makes one host call again and again and says how long it took; its input, one
;; letter, says which call. It sends its client an empty file first, then one of 8 bytes for each
;; round of 10,000 calls: the nanoseconds, least significant byte first.
;;
;; Memory, by address:
;;      0  its input
;;     32  what a call returns
;;     64  nanoseconds of a round
;;     96  the name of a model
;;   1024  a string of 64 bytes
;;   2048  a list of 1,000 u32, all of them 1
;;   8192  what the host allocates, always here
(module
  (import "bourse:entry" "input-read" (func $input (param i32)))
  (import "bourse:entry" "result-ok" (func $ok (param i32 i32)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $now (result i64)))
  (import "pie:core/runtime" "version" (func $version (param i32)))
  (import "pie:core/runtime" "models" (func $models (param i32)))
  (import "pie:core/session" "send" (func $send (param i32 i32)))
  (import "pie:core/session" "send-file" (func $send-file (param i32 i32)))
  (import "pie:core/model" "[static]model.load" (func $model.load (param i32 i32 i32)))
  (import "pie:core/context" "[static]context.create" (func $context.create (param i32 i32)))
  (import "pie:core/context" "[method]context.tokens-per-page" (func $tokens-per-page (param i32) (result i32)))
  (import "pie:core/inference" "[constructor]forward-pass" (func $forward-pass (param i32) (result i32)))
  (import "pie:core/inference" "[method]forward-pass.logit-mask" (func $logit-mask (param i32 i32 i32)))

  (memory (export "memory") 1)
  (data (i32.const 96) "pocket-chat-5m-q8_0.gguf")

  (global $round-count i32 (i32.const 100))
  (global $call-count i32 (i32.const 10000))

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (i32.const 8192))

  (func $model (result i32)
    (call $model.load (i32.const 96) (i32.const 24) (i32.const 32))
    (if (i32.load8_u (i32.const 32)) (then (unreachable)))
    (i32.load (i32.const 36)))

  (func $context (result i32)
    (call $context.create (call $model) (i32.const 32))
    (if (i32.load8_u (i32.const 32)) (then (unreachable)))
    (i32.load (i32.const 36)))

  ;; Each is a loop of its own, so that nothing stands in it but the call.
  (func $nothing (param $calls i32)
    (loop $again
      (local.set $calls (i32.sub (local.get $calls) (i32.const 1)))
      (br_if $again (local.get $calls))))

  (func $no-arguments (param $calls i32)
    (loop $again
      (drop (call $now))
      (local.set $calls (i32.sub (local.get $calls) (i32.const 1)))
      (br_if $again (local.get $calls))))

  (func $handle (param $calls i32) (param $context i32)
    (loop $again
      (drop (call $tokens-per-page (local.get $context)))
      (local.set $calls (i32.sub (local.get $calls) (i32.const 1)))
      (br_if $again (local.get $calls))))

  (func $string-in (param $calls i32)
    (loop $again
      (call $send (i32.const 1024) (i32.const 64))
      (local.set $calls (i32.sub (local.get $calls) (i32.const 1)))
      (br_if $again (local.get $calls))))

  (func $list-in (param $calls i32) (param $pass i32)
    (loop $again
      (call $logit-mask (local.get $pass) (i32.const 2048) (i32.const 1000))
      (local.set $calls (i32.sub (local.get $calls) (i32.const 1)))
      (br_if $again (local.get $calls))))

  (func $string-out (param $calls i32)
    (loop $again
      (call $version (i32.const 32))
      (local.set $calls (i32.sub (local.get $calls) (i32.const 1)))
      (br_if $again (local.get $calls))))

  (func $list-out (param $calls i32)
    (loop $again
      (call $models (i32.const 32))
      (local.set $calls (i32.sub (local.get $calls) (i32.const 1)))
      (br_if $again (local.get $calls))))

  (func $fill
    (local $at i32)
    (memory.fill (i32.const 1024) (i32.const 120) (i32.const 64))
    (local.set $at (i32.const 2048))
    (loop $again
      (i32.store (local.get $at) (i32.const 1))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $again (i32.lt_u (local.get $at) (i32.const 6048)))))

  (func $rounds (param $what i32)
    (local $left i32)
    (local $handle i32)
    (local $begin i64)
    (if (i32.eq (local.get $what) (i32.const 104)) (then (local.set $handle (call $context))))
    (if (i32.eq (local.get $what) (i32.const 108))
      (then (local.set $handle (call $forward-pass (call $model)))))
    (local.set $left (global.get $round-count))
    (loop $again
      (local.set $begin (call $now))
      (if (i32.eq (local.get $what) (i32.const 101)) (then (call $nothing (global.get $call-count))))
      (if (i32.eq (local.get $what) (i32.const 110)) (then (call $no-arguments (global.get $call-count))))
      (if (i32.eq (local.get $what) (i32.const 104)) (then (call $handle (global.get $call-count) (local.get $handle))))
      (if (i32.eq (local.get $what) (i32.const 115)) (then (call $string-in (global.get $call-count))))
      (if (i32.eq (local.get $what) (i32.const 108)) (then (call $list-in (global.get $call-count) (local.get $handle))))
      (if (i32.eq (local.get $what) (i32.const 118)) (then (call $string-out (global.get $call-count))))
      (if (i32.eq (local.get $what) (i32.const 109)) (then (call $list-out (global.get $call-count))))
      (i64.store (i32.const 64) (i64.sub (call $now) (local.get $begin)))
      (call $send-file (i32.const 64) (i32.const 8))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $again (local.get $left))))

  (func (export "_start")
    (call $send-file (i32.const 0) (i32.const 0))
    (call $input (i32.const 0))
    (if (i32.load8_u (i32.const 0))
      (then
        (call $fill)
        (call $rounds (i32.load8_u (i32.const 0)))))
    (call $ok (i32.const 0) (i32.const 0))))
