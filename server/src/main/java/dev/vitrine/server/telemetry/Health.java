package dev.vitrine.server.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Whether the process lives and whether it can answer. It is ready only while every check says so;
 * a check that fails says why, in words for the person on call.
 */
public final class Health {
    private final List<Check> checks = new CopyOnWriteArrayList<>();

    private record Check(String name, Supplier<Optional<String>> problem) {}

    /** Why the server is not ready. */
    public record Reason(String check, String problem) {}

    /**
     * Adds a check.
     *
     * @param name such as {@code release} or {@code state}
     * @param problem what keeps the server from answering; empty when nothing does; must be quick
     */
    public void check(String name, Supplier<Optional<String>> problem) {
        checks.add(new Check(name, problem));
    }

    /** What keeps the server from answering; empty when it is ready. */
    public List<Reason> problems() {
        List<Reason> reasons = new ArrayList<>();
        for (Check check : checks) {
            try {
                check.problem()
                        .get()
                        .ifPresent(problem -> reasons.add(new Reason(check.name(), problem)));
            } catch (RuntimeException e) {
                reasons.add(new Reason(check.name(), "the check failed: " + e));
            }
        }
        return reasons;
    }
}
