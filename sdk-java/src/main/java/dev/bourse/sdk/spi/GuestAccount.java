package dev.bourse.sdk.spi;

import java.util.OptionalLong;

/**
 * What an inferlet can spend on a model ({@code bourse:market} {@code model.account}).
 *
 * @param balance credits
 * @param endowment its part of the endowments of all tenants
 * @param endowments of all tenants together
 * @param dividend credits that it got lately, for each step
 * @param tokensLeft tokens that it may still compute, if there is a limit
 */
public record GuestAccount(
    double balance, long endowment, long endowments, double dividend, OptionalLong tokensLeft) {}
