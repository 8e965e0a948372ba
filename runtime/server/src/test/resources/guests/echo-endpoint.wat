;; Answers every HTTP request with 200 and the body that it came with, as it comes.
;;
;; Memory, by address:
;;      0  what a call returns: a result, whose handle is at 4; of a splice, its tag
(module
  (import "wasi:http/types@0.2.0" "[constructor]fields" (func $fields.new (result i32)))
  (import "wasi:http/types@0.2.0" "[constructor]outgoing-response" (func $response.new (param i32) (result i32)))
  (import "wasi:http/types@0.2.0" "[method]outgoing-response.body" (func $response.body (param i32 i32)))
  (import "wasi:http/types@0.2.0" "[static]response-outparam.set"
    (func $outparam.set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.0" "[method]outgoing-body.write" (func $body.write (param i32 i32)))
  (import "wasi:http/types@0.2.0" "[static]outgoing-body.finish" (func $body.finish (param i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.0" "[method]incoming-request.consume" (func $request.consume (param i32 i32)))
  (import "wasi:http/types@0.2.0" "[method]incoming-body.stream" (func $incoming.stream (param i32 i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-splice"
    (func $stream.splice (param i32 i32 i64 i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-flush" (func $stream.flush (param i32 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func $stream.drop (param i32)))

  (memory (export "memory") 1)

  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param $request i32) (param $out i32)
    (local $response i32) (local $body i32) (local $stream i32) (local $in i32)
    (call $request.consume (local.get $request) (i32.const 0))
    (call $incoming.stream (i32.load (i32.const 4)) (i32.const 0))
    (local.set $in (i32.load (i32.const 4)))
    (local.set $response (call $response.new (call $fields.new)))
    (call $response.body (local.get $response) (i32.const 0))
    (local.set $body (i32.load (i32.const 4)))
    (call $outparam.set (local.get $out)
      (i32.const 0) (local.get $response) (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $body.write (local.get $body) (i32.const 0))
    (local.set $stream (i32.load (i32.const 4)))
    (block $end
      (loop $more
        (call $stream.splice (local.get $stream) (local.get $in) (i64.const 65536) (i32.const 0))
        (br_if $end (i32.load8_u (i32.const 0)))
        (call $stream.flush (local.get $stream) (i32.const 16))
        (br $more)))
    (call $stream.drop (local.get $stream))
    (call $body.finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 0))))
