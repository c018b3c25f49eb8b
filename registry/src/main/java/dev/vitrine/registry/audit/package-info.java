/**
 * Who changed what, when, and on what evidence: an append-only log whose entries are chained by
 * hash. Read {@link dev.vitrine.registry.audit.AuditLog} first. Must not know who calls or how
 * calls come in.
 */
@NullMarked
package dev.vitrine.registry.audit;

import org.jspecify.annotations.NullMarked;
