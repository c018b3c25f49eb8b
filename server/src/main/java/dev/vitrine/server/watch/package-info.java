/**
 * How good the live release is on what came after it, what has changed about the shop since, and
 * which answers went wrong most: asked again and again beside serving, on one thread and in bounded
 * memory. Read first: QualityWatch (when), LiveEvaluation (what), Evaluation (what is found). Knows
 * people by their numbers alone while it asks, and keeps nothing of them; nothing of HTTP.
 */
@NullMarked
package dev.vitrine.server.watch;

import org.jspecify.annotations.NullMarked;
