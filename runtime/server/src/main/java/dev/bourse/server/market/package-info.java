/**
 * {@code bourse market}: the market as an operator watches it, on a terminal, as JSON, and as
 * metrics.
 *
 * <p>Laws: what is shown is made of a {@link dev.bourse.server.market.MarketReport} alone, wherever
 * that came from; names that programs chose are shown without what would move a terminal's cursor.
 */
@NullMarked
package dev.bourse.server.market;

import org.jspecify.annotations.NullMarked;
