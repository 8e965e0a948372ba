/**
 * The file {@code bourse.toml}, in which an operator says who is served when not all can be, and
 * what each user is given, how a server serves, and what inferlets may do.
 *
 * <p>Laws: every key is in {@link dev.bourse.server.config.MarketKeys}, {@link
 * dev.bourse.server.config.TenantKeys} or another of the classes of keys, with its limits and what
 * it is for; whatever the file has beyond those is a mistake. All mistakes of a file are reported
 * together.
 */
@NullMarked
package dev.bourse.server.config;

import org.jspecify.annotations.NullMarked;
