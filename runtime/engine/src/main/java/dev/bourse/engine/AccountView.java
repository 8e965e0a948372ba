package dev.bourse.engine;

import java.util.OptionalLong;

/**
 * What an account can spend.
 *
 * @param balance credits
 * @param endowment its own part of all endowments, in units of {@code endowments}
 * @param endowments of all tenants together
 * @param dividend credits that it got lately, for each step
 * @param tokensLeft tokens that it may still compute, if there is a limit
 */
public record AccountView(
    double balance, long endowment, long endowments, double dividend, OptionalLong tokensLeft) {}
