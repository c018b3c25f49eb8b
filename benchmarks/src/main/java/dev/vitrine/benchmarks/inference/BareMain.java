package dev.vitrine.benchmarks.inference;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The bare runtime as a process: takes a subject and a model file, then reads lines of threads and
 * seconds, runs as they say, and prints answers by second and the p50 in microseconds.
 */
public final class BareMain {
    private BareMain() {}

    public static void main(String[] args) throws Exception {
        try (BareRuntime bare = new BareRuntime(Subject.valueOf(args[0]), Path.of(args[1]));
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                BareRuntime.Ran ran =
                        bare.run(Integer.parseInt(words[0]), Double.parseDouble(words[1]));
                System.out.printf(Locale.ROOT, "%f %f%n", ran.perSecond(), ran.p50Micros());
            }
        }
    }
}
