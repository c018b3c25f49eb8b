/**
 * Which of several answers is better for shoppers: arms, sample sizes, intervals that stay valid
 * when looked at early, rankings interleaved, and what a logged policy says of another. Read first:
 * Assignments (who is in which arm), Analysis (what was found). Everything is a pure function of
 * what it is given; counting and storing are left to others. Must not know how arms are served.
 */
@NullMarked
package dev.vitrine.deployment.experiment;

import org.jspecify.annotations.NullMarked;
