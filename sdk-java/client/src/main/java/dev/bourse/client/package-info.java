/**
 * A client of the control plane: deploy programs, run them, follow what they say.
 *
 * {@snippet :
 * try (BourseClient client = BourseClient.connect("127.0.0.1:8421");
 *     Attachment run = client.run(Launch.of("text-completion").with("prompt", "Hello!"))) {
 *   run.forEach(event -> System.out.print(event.text()));
 *   System.out.println(run.result());
 * }
 * }
 */
@NullMarked
package dev.bourse.client;

import org.jspecify.annotations.NullMarked;
