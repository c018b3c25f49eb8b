/**
 * Experiments on the running shop: who is in which arm, what came of it, and what that shows. Read
 * first: Experiments, then ExperimentPlan, Visitors (what is counted), Findings (what it says). The
 * statistics are those of deployment.experiment. Must not know HTTP.
 */
@NullMarked
package dev.vitrine.server.experiment;

import org.jspecify.annotations.NullMarked;
