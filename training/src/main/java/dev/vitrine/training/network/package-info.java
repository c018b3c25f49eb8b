/**
 * Fits neural networks on PyTorch: parameters, their optimiser, dropout, the loop over epochs with
 * early stopping and checkpoints. Read first: Torch, Parameters, Fit. Knows no model.
 */
@NullMarked
package dev.vitrine.training.network;

import org.jspecify.annotations.NullMarked;
