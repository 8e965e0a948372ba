;; One question, answered twice: under a grammar on a fork, and freely on the context itself, which is then saved.
;;
;; Memory, by address:
;;      0  what the entry returns: result<string, string>
;;     16  what a call returns: a result, whose error is a string at 20
;;     32  what a call returns: a list
;;     48  option<output>
;;     80  the row to draw after
;;     96  the trunk, and 104 the branch: a context and the position of its next token
;;    112  the stop tokens, and 120 the mask: lists
;;    128  the tokens drawn, at most 48
;;    512  texts
;;   1024  what the host allocates; it is not freed, since it goes with the instance, a moment later
(module
  (import "pie:core/runtime" "models" (func $models (param i32)))
  (import "pie:core/session" "send" (func $send (param i32 i32)))
  (import "pie:core/model" "[static]model.load" (func $model.load (param i32 i32 i32)))
  (import "pie:core/model" "[method]model.tokenizer" (func $model.tokenizer (param i32) (result i32)))
  (import "pie:core/model" "[method]tokenizer.decode" (func $decode (param i32 i32 i32 i32)))
  (import "pie:instruct/chat" "system" (func $chat.system (param i32 i32 i32 i32)))
  (import "pie:instruct/chat" "user" (func $chat.user (param i32 i32 i32 i32)))
  (import "pie:instruct/chat" "cue" (func $chat.cue (param i32 i32)))
  (import "pie:instruct/chat" "stop-tokens" (func $chat.stop-tokens (param i32 i32)))
  (import "pie:core/context" "[static]context.create" (func $context.create (param i32 i32)))
  (import "pie:core/context" "[static]context.delete" (func $context.delete (param i32 i32 i32 i32)))
  (import "pie:core/context" "[method]context.fork" (func $context.fork (param i32 i32)))
  (import "pie:core/context" "[method]context.save" (func $context.save (param i32 i32 i32 i32)))
  (import "pie:core/context" "[method]context.tokens-per-page" (func $context.tokens-per-page (param i32) (result i32)))
  (import "pie:core/context" "[method]context.working-page-count" (func $context.pages (param i32) (result i32)))
  (import "pie:core/context" "[method]context.working-page-token-count" (func $context.tokens (param i32) (result i32)))
  (import "pie:core/context" "[method]context.reserve-working-pages" (func $context.reserve (param i32 i32 i32)))
  (import "pie:core/context" "[method]context.commit-working-pages" (func $context.commit (param i32 i32 i32)))
  (import "pie:core/context" "[resource-drop]context" (func $context.drop (param i32)))
  (import "pie:core/inference" "[constructor]forward-pass" (func $pass.new (param i32) (result i32)))
  (import "pie:core/inference" "[method]forward-pass.context" (func $pass.context (param i32 i32)))
  (import "pie:core/inference" "[method]forward-pass.input-tokens" (func $pass.input (param i32 i32 i32 i32 i32)))
  (import "pie:core/inference" "[method]forward-pass.sampler" (func $pass.sampler (param i32 i32 i32 i32 i32 i32 f32)))
  (import "pie:core/inference" "[method]forward-pass.logit-mask" (func $pass.mask (param i32 i32 i32)))
  (import "pie:core/inference" "[method]forward-pass.execute" (func $pass.execute (param i32 i32)))
  (import "pie:core/inference" "[resource-drop]forward-pass" (func $pass.drop (param i32)))
  (import "pie:core/inference" "[method]future-output.pollable" (func $output.pollable (param i32) (result i32)))
  (import "pie:core/inference" "[method]future-output.get" (func $output.get (param i32 i32)))
  (import "pie:core/inference" "[resource-drop]future-output" (func $output.drop (param i32)))
  (import "pie:core/inference" "[static]grammar.from-regex" (func $grammar.from-regex (param i32 i32 i32)))
  (import "pie:core/inference" "[resource-drop]grammar" (func $grammar.drop (param i32)))
  (import "pie:core/inference" "[constructor]matcher" (func $matcher.new (param i32 i32) (result i32)))
  (import "pie:core/inference" "[method]matcher.next-token-logit-mask" (func $matcher.mask (param i32 i32)))
  (import "pie:core/inference" "[method]matcher.accept-tokens" (func $matcher.accept (param i32 i32 i32 i32)))
  (import "pie:core/inference" "[resource-drop]matcher" (func $matcher.drop (param i32)))
  (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $pollable.block (param i32)))
  (import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $pollable.drop (param i32)))

  (memory (export "memory") 2)
  (global $top (mut i32) (i32.const 1024))
  (global $model (mut i32) (i32.const 0))
  (global $tokenizer (mut i32) (i32.const 0))

  (data (i32.const 512) "You answer in one short sentence.") ;; 33
  (data (i32.const 560) "What is the capital of France?")    ;; 30
  (data (i32.const 592) "London|Paris|Rome")                 ;; 17
  (data (i32.const 624) "one of three: ")                    ;; 14
  (data (i32.const 640) "freely: ")                          ;; 8
  (data (i32.const 656) "saved as guest-capital\n")          ;; the name is the 13 at 665

  ;; Memory that is not used yet; the host's allocator for what it returns.
  (func $allocate (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32)
    (result i32)
    (local $block i32)
    (local.set $block
      (i32.and
        (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (global.set $top (i32.add (local.get $block) (local.get $size)))
    (if (i32.gt_u (global.get $top) (i32.shl (memory.size) (i32.const 16)))
      (then
        (if (i32.eq
              (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1)))
              (i32.const -1))
          (then unreachable))))
    (local.get $block))

  ;; Whether the result at 16 is an error.
  (func $failed (result i32) (i32.load8_u (i32.const 16)))

  ;; Evaluates tokens. If $draw, returns the most probable token of those that the mask at 120 allows, where a mask of
  ;; no runs is none; 0 otherwise. -1 is a failure, with the error at 16.
  (func $evaluate (param $timeline i32) (param $tokens i32) (param $count i32) (param $draw i32) (result i32)
    (local $context i32) (local $page i32) (local $room i32) (local $positions i32) (local $i i32) (local $pass i32)
    (local $future i32) (local $ready i32)
    (local.set $context (i32.load (local.get $timeline)))
    (local.set $page (call $context.tokens-per-page (local.get $context)))
    (local.set $room
      (i32.sub
        (i32.mul (local.get $page) (call $context.pages (local.get $context)))
        (call $context.tokens (local.get $context))))
    (if (i32.lt_u (local.get $room) (local.get $count))
      (then
        (call $context.reserve
          (local.get $context)
          (i32.div_u
            (i32.sub
              (i32.add (i32.sub (local.get $count) (local.get $room)) (local.get $page))
              (i32.const 1))
            (local.get $page))
          (i32.const 16))
        (if (call $failed) (then (return (i32.const -1))))))

    (local.set $positions
      (call $allocate (i32.const 0) (i32.const 0) (i32.const 4) (i32.shl (local.get $count) (i32.const 2))))
    (loop $next
      (i32.store
        (i32.add (local.get $positions) (i32.shl (local.get $i) (i32.const 2)))
        (i32.add (i32.load offset=4 (local.get $timeline)) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $count))))

    (local.set $pass (call $pass.new (global.get $model)))
    (call $pass.context (local.get $pass) (local.get $context))
    (call $pass.input
      (local.get $pass) (local.get $tokens) (local.get $count) (local.get $positions) (local.get $count))
    (if (local.get $draw)
      (then
        (i32.store (i32.const 80) (i32.sub (local.get $count) (i32.const 1)))
        ;; multinomial at temperature 0: greedy
        (call $pass.sampler
          (local.get $pass) (i32.const 80) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (f32.const 0))
        (if (i32.load (i32.const 124))
          (then (call $pass.mask (local.get $pass) (i32.load (i32.const 120)) (i32.load (i32.const 124)))))))
    (call $pass.execute (local.get $pass) (i32.const 16))
    (call $pass.drop (local.get $pass))
    (if (call $failed) (then (return (i32.const -1))))
    (local.set $future (i32.load (i32.const 20)))
    (local.set $ready (call $output.pollable (local.get $future)))
    (call $pollable.block (local.get $ready))
    (call $pollable.drop (local.get $ready))
    (call $output.get (local.get $future) (i32.const 48))
    (call $output.drop (local.get $future))
    (i32.store offset=4 (local.get $timeline)
      (i32.add (i32.load offset=4 (local.get $timeline)) (local.get $count)))

    ;; Full pages are committed: forks share them, and they can no longer change.
    (local.set $i (i32.div_u (call $context.tokens (local.get $context)) (local.get $page)))
    (if (local.get $i)
      (then
        (call $context.commit (local.get $context) (local.get $i) (i32.const 16))
        (if (call $failed) (then (return (i32.const -1))))))
    (if (result i32) (local.get $draw)
      (then (i32.load offset=4 (i32.load (i32.const 52)))) ;; the payload of the first slot
      (else (i32.const 0))))

  (func $is-stop (param $token i32) (result i32)
    (local $i i32)
    (loop $next
      (if (i32.lt_u (local.get $i) (i32.load (i32.const 116)))
        (then
          (if (i32.eq
                (i32.load (i32.add (i32.load (i32.const 112)) (i32.shl (local.get $i) (i32.const 2))))
                (local.get $token))
            (then (return (i32.const 1))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (i32.const 0))

  ;; Generates an answer, under $matcher unless it is 0, and sends it on a line of its own. 0 is a failure.
  (func $answer (param $timeline i32) (param $matcher i32) (result i32)
    (local $input i32) (local $inputs i32) (local $drawn i32) (local $token i32)
    (call $chat.cue (global.get $model) (i32.const 32))
    (local.set $input (i32.load (i32.const 32)))
    (local.set $inputs (i32.load (i32.const 36)))
    (call $chat.stop-tokens (global.get $model) (i32.const 112))
    (i32.store (i32.const 124) (i32.const 0))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $drawn) (i32.const 48)))
        (if (local.get $matcher) (then (call $matcher.mask (local.get $matcher) (i32.const 120))))
        (local.set $token
          (call $evaluate (local.get $timeline) (local.get $input) (local.get $inputs) (i32.const 1)))
        (if (i32.eq (local.get $token) (i32.const -1)) (then (return (i32.const 0))))
        (br_if $done (call $is-stop (local.get $token)))
        (local.set $input (i32.add (i32.const 128) (i32.shl (local.get $drawn) (i32.const 2))))
        (local.set $inputs (i32.const 1))
        (i32.store (local.get $input) (local.get $token))
        (local.set $drawn (i32.add (local.get $drawn) (i32.const 1)))
        (if (local.get $matcher)
          (then
            (call $matcher.accept (local.get $matcher) (local.get $input) (i32.const 1) (i32.const 16))
            (if (call $failed) (then (return (i32.const 0))))))
        (br $next)))
    (call $decode (global.get $tokenizer) (i32.const 128) (local.get $drawn) (i32.const 16))
    (if (call $failed) (then (return (i32.const 0))))
    (call $send (i32.load (i32.const 20)) (i32.load (i32.const 24)))
    (call $send (i32.const 678) (i32.const 1)) ;; the line break after the name
    (i32.const 1))

  (func $constrained (result i32)
    (local $grammar i32) (local $matcher i32) (local $done i32)
    (call $context.fork (i32.load (i32.const 96)) (i32.const 16))
    (if (call $failed) (then (return (i32.const 0))))
    (i32.store (i32.const 104) (i32.load (i32.const 20)))
    (i32.store (i32.const 108) (i32.load (i32.const 100)))
    (call $grammar.from-regex (i32.const 592) (i32.const 17) (i32.const 16))
    (if (call $failed) (then (return (i32.const 0))))
    (local.set $grammar (i32.load (i32.const 20)))
    (local.set $matcher (call $matcher.new (local.get $grammar) (global.get $tokenizer)))
    (call $send (i32.const 624) (i32.const 14))
    (local.set $done (call $answer (i32.const 104) (local.get $matcher)))
    (call $matcher.drop (local.get $matcher))
    (call $grammar.drop (local.get $grammar))
    (call $context.drop (i32.load (i32.const 104)))
    (local.get $done))

  (func $run (result i32)
    (call $models (i32.const 32))
    (call $model.load
      (i32.load (i32.load (i32.const 32))) (i32.load offset=4 (i32.load (i32.const 32))) (i32.const 16))
    (if (call $failed) (then (return (i32.const 0))))
    (global.set $model (i32.load (i32.const 20)))
    (global.set $tokenizer (call $model.tokenizer (global.get $model)))
    (call $context.create (global.get $model) (i32.const 16))
    (if (call $failed) (then (return (i32.const 0))))
    (i32.store (i32.const 96) (i32.load (i32.const 20)))

    (call $chat.system (global.get $model) (i32.const 512) (i32.const 33) (i32.const 32))
    (if (i32.eq
          (call $evaluate (i32.const 96) (i32.load (i32.const 32)) (i32.load (i32.const 36)) (i32.const 0))
          (i32.const -1))
      (then (return (i32.const 0))))
    (call $chat.user (global.get $model) (i32.const 560) (i32.const 30) (i32.const 32))
    (if (i32.eq
          (call $evaluate (i32.const 96) (i32.load (i32.const 32)) (i32.load (i32.const 36)) (i32.const 0))
          (i32.const -1))
      (then (return (i32.const 0))))

    (if (i32.eqz (call $constrained)) (then (return (i32.const 0))))
    (call $send (i32.const 640) (i32.const 8))
    (if (i32.eqz (call $answer (i32.const 96) (i32.const 0))) (then (return (i32.const 0))))
    ;; An error if there is none of that name, which is as well.
    (call $context.delete (global.get $model) (i32.const 665) (i32.const 13) (i32.const 16))
    (call $context.save (i32.load (i32.const 96)) (i32.const 665) (i32.const 13) (i32.const 16))
    (if (call $failed) (then (return (i32.const 0))))
    (call $send (i32.const 656) (i32.const 23))
    (i32.const 1))

  ;; The entry: result<string, string>. This inferlet takes no parameters, so it ignores its input.
  (func (export "bourse:guest/run#run") (param $input i32) (param $length i32) (result i32)
    (if (i32.eqz (call $run))
      (then
        (i32.store8 (i32.const 0) (i32.const 1))
        (i64.store align=4 (i32.const 4) (i64.load align=4 (i32.const 20)))))
    (i32.const 0)))
