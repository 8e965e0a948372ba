/**
 * The market: what a step has to offer, token slots and pages, is sold for credits, and what is
 * paid comes back as dividends.
 *
 * <p>Laws: credits are integers, and none is made or lost but where a tenant opens, is given more,
 * or closes: balances + unsettled dividends + treasury + escrow = minted, exactly ({@link
 * dev.bourse.scheduler.market.Ledger#check}). No floating point in what moves credits. Credits buy
 * when, never whether.
 */
@NullMarked
package dev.bourse.scheduler.market;

import org.jspecify.annotations.NullMarked;
