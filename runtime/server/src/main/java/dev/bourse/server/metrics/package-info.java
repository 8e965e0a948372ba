/**
 * What a server tells Prometheus at {@code /metrics}: each figure by one name, with what it means
 * in docs/operations.md. Figures are looked up when somebody scrapes. Labels have few values:
 * models, routes, reasons, and tenants where money is counted, of which the operator has as many as
 * he made.
 */
@NullMarked
package dev.bourse.server.metrics;

import org.jspecify.annotations.NullMarked;
