package dev.vitrine.server.wiring;

import dev.vitrine.inference.host.ModelHost;
import dev.vitrine.inference.host.ModelLease;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Finds models on a ladder that could not answer, when one of them becomes ready rather than when
 * it is needed: unknown ones, and those that take or give something else.
 */
final class LadderCheck {
    private final ReleaseStore releases;
    private final ModelHost host;

    LadderCheck(ReleaseStore releases, ModelHost host) {
        this.releases = releases;
        this.host = host;
    }

    /** What is wrong with its ladder, and with its place on the ladders of others. */
    List<String> ready(String model, long version) {
        List<String> problems = new ArrayList<>();
        for (String step : steps(model, version)) {
            if (step.equals(InferencePath.CACHED)) {
                continue;
            }
            if (releases.newest(step).filter(LadderCheck::isImported).isEmpty()) {
                problems.add(
                        "the ladder of "
                                + new ModelRef(model, version)
                                + " names '"
                                + step
                                + "', which the registry does not have");
            } else {
                host.live(step)
                        .ifPresent(other ->
                                compare(model, version, step, other).ifPresent(problems::add));
            }
        }
        for (String other : others(model)) {
            OptionalLong live = host.live(other);
            if (live.isPresent() && steps(other, live.getAsLong()).contains(model)) {
                compare(other, live.getAsLong(), model, version).ifPresent(problems::add);
            }
        }
        return problems;
    }

    private TreeSet<String> others(String model) {
        TreeSet<String> names = new TreeSet<>();
        host.list().forEach(status -> names.add(status.spec().name()));
        names.remove(model);
        return names;
    }

    private static boolean isImported(ModelVersion version) {
        return version.manifest().kind().equals(ImportedModel.KIND);
    }

    private List<String> steps(String model, long version) {
        return releases.model(new ModelRef(model, version))
                .map(found -> ServingOptions.read(found.manifest().parameters()).ladder())
                .orElse(List.of());
    }

    private Optional<String> compare(String model, long version, String step, long other) {
        try (ModelLease asked = host.lease(model, version);
                ModelLease instead = host.lease(step, other)) {
            return problem(
                    new ModelRef(model, version).toString(),
                    asked.session().signature(),
                    new ModelRef(step, other).toString(),
                    instead.session().signature());
        } catch (VitrineException e) {
            return Optional.empty(); // One of them is on its way out.
        }
    }

    /** Why a model cannot answer for another. */
    static Optional<String> problem(String model, Signature asked, String step, Signature instead) {
        return instead.cannotReplace(asked)
                .map(why ->
                        "the ladder of "
                                + model
                                + " names "
                                + step
                                + ", which cannot answer for it: "
                                + why);
    }
}
