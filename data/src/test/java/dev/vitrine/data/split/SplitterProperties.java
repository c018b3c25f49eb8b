package dev.vitrine.data.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SplitterProperties {
    /** Times of each person, in order. */
    record People(List<List<Long>> times) {
        int[] start() {
            int[] start = new int[times.size() + 1];
            for (int p = 0; p < times.size(); p++) {
                start[p + 1] = start[p] + times.get(p).size();
            }
            return start;
        }

        long[] time() {
            return times.stream()
                    .flatMapToLong(own -> own.stream().mapToLong(Long::longValue))
                    .toArray();
        }

        long[] numbers() {
            long[] numbers = new long[times.size()];
            Arrays.setAll(numbers, p -> p * 7L + 1);
            return numbers;
        }
    }

    @Provide
    Arbitrary<People> people() {
        return Arbitraries.longs()
                .between(0, 50)
                .list()
                .ofMaxSize(12)
                .map(own -> own.stream().sorted().toList())
                .list()
                .ofMaxSize(20)
                .map(People::new);
    }

    @Property
    void aTimeCutNeverPutsTheFutureBeforeThePast(
            @ForAll("people") People people,
            @ForAll("share") double validation,
            @ForAll("share") double test) {
        long[] time = people.time();
        byte[] parts =
                Splitter.parts(
                        new SplitSpec.TimeFractions(validation, test),
                        people.start(),
                        people.numbers(),
                        time);
        for (int i = 0; i < time.length; i++) {
            for (int j = 0; j < time.length; j++) {
                if (parts[i] < parts[j]) {
                    assertThat(time[i]).isLessThan(time[j]);
                }
            }
        }
    }

    @Provide
    Arbitrary<Double> share() {
        return Arbitraries.doubles().between(0, 0.49);
    }

    @Property
    void theSharesAreMetUpToEqualTimes(@ForAll("people") People people) {
        long[] time = people.time();
        byte[] parts =
                Splitter.parts(
                        new SplitSpec.TimeFractions(0.2, 0.3),
                        people.start(),
                        people.numbers(),
                        time);
        long test = count(parts, Part.TEST);
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < time.length; i++) {
            if (parts[i] == Part.TEST.ordinal()) {
                earliest = Math.min(earliest, time[i]);
            }
        }
        long cut = earliest;
        long atCut = Arrays.stream(time).filter(t -> t == cut).count();
        assertThat((double) test)
                .isBetween(time.length * 0.3 - 0.51, time.length * 0.3 + 0.51 + atCut);
    }

    @Property
    void theLastOfEachPersonIsTestAndTheOneBeforeValidation(@ForAll("people") People people) {
        int[] start = people.start();
        byte[] parts =
                Splitter.parts(
                        new SplitSpec.LeaveLastOut(3), start, people.numbers(), people.time());
        for (int p = 0; p < people.times().size(); p++) {
            int length = start[p + 1] - start[p];
            for (int i = start[p]; i < start[p + 1]; i++) {
                Part expected =
                        length < 3 || i < start[p + 1] - 2
                                ? Part.TRAIN
                                : i == start[p + 1] - 1 ? Part.TEST : Part.VALIDATION;
                assertThat(parts[i]).isEqualTo((byte) expected.ordinal());
            }
        }
    }

    @Property
    void aPersonIsNeverDividedAndKeepsItsPartWhenOthersLeave(
            @ForAll("people") People people, @ForAll long seed) {
        SplitSpec spec = new SplitSpec.ByUser(0.2, 0.2, seed);
        int[] start = people.start();
        byte[] parts = Splitter.parts(spec, start, people.numbers(), people.time());
        for (int p = 0; p < people.times().size(); p++) {
            int[] alone = {0, start[p + 1] - start[p]};
            byte[] again =
                    Splitter.parts(
                            spec, alone, new long[] {people.numbers()[p]}, new long[alone[1]]);
            assertThat(Arrays.copyOfRange(parts, start[p], start[p + 1])).isEqualTo(again);
            for (byte part : again) {
                assertThat(part).isEqualTo(again[0]);
            }
        }
    }

    @Property
    void givenInstantsCutWhereTheySay(@ForAll("people") People people) {
        long[] time = people.time();
        byte[] parts =
                Splitter.parts(
                        new SplitSpec.TimeInstants(
                                Instant.ofEpochMilli(20), Instant.ofEpochMilli(35)),
                        people.start(),
                        people.numbers(),
                        time);
        for (int i = 0; i < time.length; i++) {
            Part expected =
                    time[i] >= 35 ? Part.TEST : time[i] >= 20 ? Part.VALIDATION : Part.TRAIN;
            assertThat(parts[i]).isEqualTo((byte) expected.ordinal());
        }
    }

    private static long count(byte[] parts, Part part) {
        long count = 0;
        for (byte each : parts) {
            count += each == part.ordinal() ? 1 : 0;
        }
        return count;
    }
}
