package dev.bourse.server.access;

/** Why a call was refused. Clients decide by it; a reason never changes its meaning. */
public enum Reason {
  /** No key, or one that opens nothing. */
  UNAUTHENTICATED,
  /** The key's role is too low. */
  PERMISSION_DENIED,
  /** There is no such thing, or it belongs to somebody else. */
  NOT_FOUND,
  /** There is one already. */
  ALREADY_EXISTS,
  /** What was asked is malformed. */
  INVALID_ARGUMENT,
  /** It is not in a state in which this can be done. */
  FAILED_PRECONDITION,
  /** A limit of the process, the tenant or the server; it may do later or with less. */
  LIMIT_EXCEEDED,
  /** Too many calls in a short time. */
  RATE_LIMITED,
  /** The account does not have so much. */
  BUDGET_EXCEEDED,
  /** The server is stopping; another may answer. */
  UNAVAILABLE,
  /** The time that the caller gave is over. */
  DEADLINE_EXCEEDED,
  /** The server is at fault. */
  INTERNAL
}
