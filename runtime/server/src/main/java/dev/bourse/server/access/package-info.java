/**
 * Who may do what: tenants, their keys and roles.
 *
 * <p>A key is a secret that stands for a tenant and a {@link dev.bourse.server.access.Role}. It is
 * shown once, when it is made; what is kept of it is a hash. What belongs to another tenant does
 * not exist for a caller, unless he administers.
 */
@NullMarked
package dev.bourse.server.access;

import org.jspecify.annotations.NullMarked;
