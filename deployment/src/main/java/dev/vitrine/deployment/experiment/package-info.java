/**
 * Which of several answers is better for shoppers: arms, sample sizes, intervals that stay valid
 * when looked at early, and what a logged policy says of another. Must not know how arms are
 * served.
 */
@NullMarked
package dev.vitrine.deployment.experiment;

import org.jspecify.annotations.NullMarked;
