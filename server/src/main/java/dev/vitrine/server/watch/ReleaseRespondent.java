package dev.vitrine.server.watch;

import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.applications.recommend.ServingConfig;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.table.ContentSource;
import dev.vitrine.retrieval.vector.VectorTable;
import dev.vitrine.server.ServerError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The live release, by the code that serves: the shelf {@code recommended-for-you} without mixing,
 * on a lease for each answer, so that it can be replaced meanwhile.
 */
final class ReleaseRespondent implements Respondent {
    private final Catalog catalog;
    private final CatalogFacts facts;
    private final Supplier<Lease<ServingRelease>> leases;
    private final String release;
    private final Optional<VectorTable> content;

    /**
     * @param facts of products as if all could be ordered
     * @param leases on what is live
     */
    ReleaseRespondent(Catalog catalog, CatalogFacts facts, Supplier<Lease<ServingRelease>> leases) {
        this.catalog = catalog;
        this.facts = facts;
        this.leases = leases;
        try (Lease<ServingRelease> lease = leases.get()) {
            this.release = lease.value().id();
            this.content =
                    lease.value().content() instanceof ContentSource source
                            ? Optional.of(source.vectors())
                            : Optional.empty();
        }
    }

    /** The release that answers, and no other. */
    String release() {
        return release;
    }

    @Override
    public Answering asOf(ShopState state, PopularItems popular, long now) {
        Asked asked = new Asked();
        Recommender recommender =
                new Recommender(
                        catalog,
                        facts,
                        state,
                        popular,
                        (visitor, user) -> asked.shopper,
                        InstantSource.fixed(Instant.ofEpochMilli(now)));
        RecommendRequest request =
                new RecommendRequest(
                        "",
                        "",
                        List.of(),
                        "",
                        List.of(),
                        RecommendRequest.MAX_PAGE_SIZE,
                        "",
                        0,
                        false);
        return shopper -> {
            asked.shopper = shopper;
            try (Lease<ServingRelease> lease = leases.get()) {
                if (!lease.value().id().equals(release)) {
                    throw new VitrineException(
                            ServerError.RELEASE_CONFLICT,
                            "another release went live meanwhile: "
                                    + lease.value().id()
                                    + " after "
                                    + release);
                }
                return answer(
                        recommender.recommend(
                                lease.value(), ServingConfig.RECOMMENDED_FOR_YOU, request));
            }
        };
    }

    /** Who is being asked about. */
    private static final class Asked {
        Shopper shopper = Shopper.UNKNOWN;
    }

    private Answer answer(RecommendResponse response) {
        List<RecommendResponse.Result> results = response.results();
        return new Answer(
                results.stream().mapToInt(result -> catalog.numberOf(result.id())).toArray(),
                results.stream().mapToDouble(RecommendResponse.Result::score).toArray(),
                response.servedBy());
    }

    @Override
    public boolean content(int item, float[] target) {
        return content.isPresent()
                && item >= 0
                && content.get().contains(item)
                && content.get().read(item, target);
    }

    @Override
    public int dimensions() {
        return content.map(VectorTable::dimensions).orElse(0);
    }
}
