package dev.vitrine.server.http;

/** Everything that HTTP calls, supplied by the composition root. */
public record Ports(
        ShopPort shop,
        EventsPort events,
        ProductsPort products,
        UsersPort users,
        JobsPort jobs,
        ReleasesPort releases,
        ModelsPort models,
        DataPort data,
        TrainingPort training,
        WatchPort watch,
        QualityPort quality,
        RolloutsPort rollouts,
        ExperimentsPort experiments,
        AuditPort audit,
        InferencePort inference) {}
