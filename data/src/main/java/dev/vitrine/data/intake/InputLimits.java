package dev.vitrine.data.intake;

import dev.vitrine.kernel.config.DataSize;

/**
 * What a file may ask of us.
 *
 * @param record longest single record
 * @param unpacked most bytes that a compressed file may unpack to
 * @param ratio most times its size that a compressed file may unpack to, once more than {@code
 *     ratioFrom} bytes came out: real logs shrink 5 to 40 times, bombs a thousand times and more
 */
public record InputLimits(DataSize record, DataSize unpacked, int ratio, DataSize ratioFrom) {
    public static final InputLimits DEFAULTS =
            new InputLimits(
                    DataSize.ofMebibytes(16),
                    DataSize.ofMebibytes(256L * 1024),
                    300,
                    DataSize.ofMebibytes(64));
}
