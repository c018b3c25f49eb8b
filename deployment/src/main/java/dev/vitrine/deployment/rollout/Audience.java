package dev.vitrine.deployment.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Among whom a stage draws its share: everybody unless it says otherwise. What is said holds
 * together (a visitor of the segment, at one of the sites, within one of the windows).
 *
 * @param segment expression over what is known of a visitor; empty for all. It is carried as text
 *     and read by whoever answers, so that there is one language of segments
 * @param sites at which the stage takes place; empty for all
 * @param windows in which it takes place; empty for always
 */
public record Audience(String segment, List<String> sites, List<TimeWindow> windows) {
    private static final int LONGEST_SEGMENT = 2_000;
    private static final int MOST_SITES = 100;
    private static final int MOST_WINDOWS = 20;

    @JsonCreator
    public Audience(
            @JsonProperty("segment") @Nullable String segment,
            @JsonProperty("sites") @Nullable List<String> sites,
            @JsonProperty("windows") @Nullable List<TimeWindow> windows) {
        this.segment = segment == null ? "" : segment.strip();
        this.sites = sites == null ? List.of() : List.copyOf(sites);
        this.windows = windows == null ? List.of() : List.copyOf(windows);
        Refusal.when(
                this.segment.length() > LONGEST_SEGMENT
                        || this.segment.chars().anyMatch(Character::isISOControl),
                "segment",
                "a segment is at most " + LONGEST_SEGMENT + " characters on one line");
        Refusal.when(this.sites.size() > MOST_SITES, "sites", "at most " + MOST_SITES + " sites");
        this.sites.forEach(site -> Refusal.name("sites", site));
        Refusal.when(
                this.windows.size() > MOST_WINDOWS,
                "windows",
                "at most " + MOST_WINDOWS + " time windows");
    }

    /** Everybody, everywhere, always. */
    public static Audience everybody() {
        return new Audience(null, null, null);
    }

    /** Whether the stage takes place now. */
    public boolean opens(Instant now) {
        return windows.isEmpty() || windows.stream().anyMatch(window -> window.contains(now));
    }

    /** Whether the stage takes place at a site. */
    public boolean includesSite(String site) {
        return sites.isEmpty() || sites.contains(site);
    }

    /** Whether all of {@code earlier} are in this one too, as far as it can be told from texts. */
    boolean includes(Audience earlier) {
        return (segment.isEmpty() || segment.equals(earlier.segment))
                && (sites.isEmpty()
                        || !earlier.sites.isEmpty()
                                && Set.copyOf(sites).containsAll(earlier.sites));
    }
}
