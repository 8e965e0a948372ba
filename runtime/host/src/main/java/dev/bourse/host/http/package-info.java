/**
 * HTTP for inferlets, both ways: {@code wasi:http} requests to hosts that the configuration lists,
 * and inferlets that answer requests themselves.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li><b>One look-up.</b> A name is resolved once; the addresses are checked, and the connection
 *       goes to one of those very addresses. What a name resolves to later changes nothing.
 *   <li><b>Listed or public.</b> A host is listed by its name. An address that is not on the public
 *       internet is listed as an address.
 *   <li><b>Bounded.</b> Bodies are passed on as fast as they are read, through {@link
 *       dev.bourse.host.http.BodyPipe}s of a fixed size; heads, connections and waiting have
 *       limits.
 *   <li><b>One exchange, one connection.</b> Nothing that a server sends after a response is ever
 *       read as the response to something else.
 * </ul>
 */
@NullMarked
package dev.bourse.host.http;

import org.jspecify.annotations.NullMarked;
