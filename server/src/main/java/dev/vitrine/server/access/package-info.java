/**
 * Decides who may call what: keys with roles, allowed origins, rates, and the audit of every
 * administrative call. Read first: AccessControl, Role, AccessSettings. Knows nothing of routes or
 * JSON.
 */
@NullMarked
package dev.vitrine.server.access;

import org.jspecify.annotations.NullMarked;
