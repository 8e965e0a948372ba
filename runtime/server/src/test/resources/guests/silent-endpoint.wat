;; Takes HTTP requests and never answers: POST ends in a trap, everything else in an endless loop.
;;
;; Memory, by address:
;;      0  the method, a variant: its tag; 2 is POST
(module
  (import "wasi:http/types@0.2.0" "[method]incoming-request.method" (func $request.method (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param $request i32) (param $out i32)
    (call $request.method (local.get $request) (i32.const 0))
    (if (i32.eq (i32.load8_u (i32.const 0)) (i32.const 2)) (then unreachable))
    (loop $for-ever (br $for-ever))))
