;; A guest that does harm until it is stopped; its input, one letter, says which.
;;
;; Memory, by address:
;;      0  its input
;;     16  a list of one buffer: the text
;;     32  what a call returns
;;     96  names of a model, of a program, of a topic, and an input
;;   1024  a text of 1 KiB
;;   8192  what the host allocates, always here: nothing of it is read
(module
  (import "bourse:entry" "input-read" (func $input (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $now (result i64)))
  (import "pie:core/runtime" "version" (func $version (param i32)))
  (import "pie:core/runtime" "launch" (func $launch (param i32 i32 i32 i32 i32)))
  (import "pie:core/session" "send" (func $send (param i32 i32)))
  (import "pie:core/messaging" "push" (func $push (param i32 i32 i32 i32)))
  (import "pie:core/model" "[static]model.load" (func $model.load (param i32 i32 i32)))
  (import "pie:core/model" "[method]model.tokenizer" (func $tokenizer (param i32) (result i32)))
  (import "pie:core/model" "[method]tokenizer.encode" (func $encode (param i32 i32 i32 i32)))
  (import "pie:core/context" "[static]context.create" (func $context.create (param i32 i32)))
  (import "pie:core/context" "[method]context.reserve-working-pages" (func $reserve (param i32 i32 i32)))

  (memory (export "memory") 2)
  (data (i32.const 96) "pocket")
  (data (i32.const 128) "text-completion")
  (data (i32.const 160) "{\"prompt\":\"a\",\"max_tokens\":1}")
  (data (i32.const 192) "topic")

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (if (i32.gt_u (i32.add (local.get 3) (i32.const 8192)) (i32.shl (memory.size) (i32.const 16)))
      (then (drop (memory.grow (i32.add (i32.shr_u (local.get 3) (i32.const 16)) (i32.const 1))))))
    (i32.const 8192))

  ;; Takes all the memory it may have, and writes to every page of it again and again.
  (func $allocate
    (local $at i32)
    (loop $again
      (drop (memory.grow (i32.const 1)))
      (local.set $at (i32.const 16384))
      (loop $pages
        (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $pages (i32.lt_u (local.get $at) (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 64)))))
      (br $again)))

  (func $model (result i32)
    (call $model.load (i32.const 96) (i32.const 6) (i32.const 32))
    (if (i32.load8_u (i32.const 32)) (then (unreachable)))
    (i32.load (i32.const 36)))

  ;; Contexts, each with as many pages as it gets, which are kept.
  (func $contexts
    (local $model i32)
    (local.set $model (call $model))
    (loop $again
      (call $context.create (local.get $model) (i32.const 32))
      (if (i32.eqz (i32.load8_u (i32.const 32)))
        (then (call $reserve (i32.load (i32.const 36)) (i32.const 8) (i32.const 48))))
      (br $again)))

  (func $tokenize
    (local $tokenizer i32)
    (local.set $tokenizer (call $tokenizer (call $model)))
    (loop $again
      (call $encode (local.get $tokenizer) (i32.const 1024) (i32.const 1024) (i32.const 32))
      (br $again)))

  (func (export "_start")
    (local $what i32)
    (call $input (i32.const 0))
    (local.set $what (i32.load8_u (i32.const 0)))
    (i32.store (i32.const 16) (i32.const 1024))
    (i32.store (i32.const 20) (i32.const 1024))
    (memory.fill (i32.const 1024) (i32.const 120) (i32.const 1024))
    (if (i32.eq (local.get $what) (i32.const 97)) (then (call $allocate)))
    (if (i32.eq (local.get $what) (i32.const 99)) (then (call $contexts)))
    (if (i32.eq (local.get $what) (i32.const 116)) (then (call $tokenize)))
    (loop $again
      (if (i32.eq (local.get $what) (i32.const 104)) (then (drop (call $model))))                     ;; handles
      (if (i32.eq (local.get $what) (i32.const 105)) (then (drop (call $now)) (call $version (i32.const 32)))) ;; imports
      (if (i32.eq (local.get $what) (i32.const 108))                                                  ;; log
        (then (drop (call $write (i32.const 2) (i32.const 16) (i32.const 1) (i32.const 32)))))
      (if (i32.eq (local.get $what) (i32.const 109))                                                  ;; messages
        (then (call $push (i32.const 192) (i32.const 5) (i32.const 1024) (i32.const 1024))))
      (if (i32.eq (local.get $what) (i32.const 111)) (then (call $send (i32.const 1024) (i32.const 1024)))) ;; output
      (if (i32.eq (local.get $what) (i32.const 112))                                                  ;; processes
        (then (call $launch (i32.const 128) (i32.const 15) (i32.const 160) (i32.const 29) (i32.const 32))))
      (br $again))))
