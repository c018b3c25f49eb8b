/**
 * Finds the items that go together: by the people who touched both, and by the sessions in which
 * both occur. Read first: CosineNeighbours, SessionNeighbours. The result is served as
 * retrieval.table.ItemTable; knows nothing of what the items are.
 */
@NullMarked
package dev.vitrine.training.neighbours;

import org.jspecify.annotations.NullMarked;
