;; Answers every HTTP request with 204, after a line to standard output and one to standard error.
;;
;; Memory, by address:
;;      0  what a call returns: a result
;;     16  a list of one buffer: the line to standard output
;;     24  a list of one buffer: the line to standard error
;;     64  the lines
(module
  (import "wasi:http/types@0.2.0" "[constructor]fields" (func $fields.new (result i32)))
  (import "wasi:http/types@0.2.0" "[constructor]outgoing-response" (func $response.new (param i32) (result i32)))
  (import "wasi:http/types@0.2.0" "[method]outgoing-response.set-status-code"
    (func $response.status (param i32 i32) (result i32)))
  (import "wasi:http/types@0.2.0" "[static]response-outparam.set"
    (func $outparam.set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))

  (memory (export "memory") 1)
  (data (i32.const 16) "\40\00\00\00\0c\00\00\00\50\00\00\00\0b\00\00\00")
  (data (i32.const 64) "out: asked.\n")
  (data (i32.const 80) "err: asked\n")

  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param $request i32) (param $out i32)
    (local $response i32)
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 0)))
    (drop (call $write (i32.const 2) (i32.const 24) (i32.const 1) (i32.const 0)))
    (local.set $response (call $response.new (call $fields.new)))
    (drop (call $response.status (local.get $response) (i32.const 204)))
    (call $outparam.set (local.get $out)
      (i32.const 0) (local.get $response) (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
