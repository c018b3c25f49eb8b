package dev.vitrine.systemtests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between modules and packages only point down. */
class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.vitrine");

    /** What each module may see, itself and libraries apart. */
    private static final Map<String, List<String>> MAY_USE =
            Map.of(
                    "kernel", List.of(),
                    "data", List.of("kernel"),
                    "registry", List.of("kernel"),
                    "inference", List.of("kernel", "registry"),
                    "retrieval", List.of("kernel", "data", "registry", "inference"),
                    "training", List.of("kernel", "data", "registry", "inference", "retrieval"),
                    "applications", List.of("kernel", "data", "registry", "inference", "retrieval"),
                    "deployment", List.of("kernel", "data", "registry", "inference"));

    private static final List<String> ALL =
            List.of(
                    "kernel",
                    "data",
                    "registry",
                    "inference",
                    "retrieval",
                    "training",
                    "applications",
                    "deployment",
                    "server",
                    "benchmarks",
                    "realservers");

    @TestFactory
    List<DynamicTest> modulesUseOnlyWhatIsBelowThem() {
        return MAY_USE.entrySet().stream()
                .map(entry ->
                        DynamicTest.dynamicTest(
                                entry.getKey(), () -> uses(entry.getKey(), entry.getValue())))
                .toList();
    }

    private static void uses(String module, List<String> allowed) {
        String[] forbidden =
                ALL.stream()
                        .filter(other -> !other.equals(module) && !allowed.contains(other))
                        .map(other -> "dev.vitrine." + other + "..")
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.vitrine." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void packagesOfAModuleFormNoCycles() {
        for (String module : ALL) {
            slices().matching("dev.vitrine." + module + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void randomnessIsSeeded() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.vitrine.benchmarks..")
                .should()
                .callConstructor(java.util.Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
                .because("randomness is injected with its seed")
                .check(CLASSES);
    }

    @Test
    void clocksAreInjected() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.vitrine.kernel..",
                        "dev.vitrine.data..",
                        "dev.vitrine.registry..",
                        "dev.vitrine.inference..",
                        "dev.vitrine.retrieval..",
                        "dev.vitrine.applications..",
                        "dev.vitrine.deployment..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .because("time is injected as an InstantSource")
                .check(CLASSES);
    }
}
