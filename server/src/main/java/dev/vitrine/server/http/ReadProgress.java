package dev.vitrine.server.http;

/** Told around each read of a body. */
interface ReadProgress {
    /** Does nothing: the deadline of the request stands. */
    ReadProgress NONE =
            new ReadProgress() {
                @Override
                public void before() {}

                @Override
                public void after() {}
            };

    void before();

    void after();
}
