package dev.vitrine.server.http;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.intake.ProductJson;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.http.Route.Body;
import dev.vitrine.server.telemetry.RequestRing.Group;
import java.util.ArrayList;
import java.util.List;

/** Reads and changes the catalogue. */
final class ProductRoutes {
    private static final String ONE = "/v1/products/{id}";

    private final ProductsPort products;

    ProductRoutes(ProductsPort products) {
        this.products = products;
    }

    List<Route> routes() {
        return List.of(
                Route.change(
                        "POST",
                        "/v1/products:import",
                        Role.OPERATOR,
                        Body.STREAM,
                        this::importStream),
                Route.shop("GET", ONE, Body.NONE, Group.OTHER, this::get),
                Route.change("PUT", ONE, Role.OPERATOR, Body.COMMAND, this::put),
                Route.change("PATCH", ONE, Role.OPERATOR, Body.COMMAND, this::patch),
                Route.change("DELETE", ONE, Role.OPERATOR, Body.NONE, this::delete));
    }

    private Reply get(Call call) {
        String id = call.parameter(0);
        return reply(call, products.get(id).orElseThrow(() -> unknown(id)));
    }

    private Reply put(Call call) {
        Product product = ProductJson.readCalled(call.parameter(0), call.body());
        products.upsert(List.of(product));
        return reply(call, product);
    }

    private Reply patch(Call call) {
        String id = call.parameter(0);
        byte[] change = call.body();
        return reply(
                call,
                products.update(id, before -> ProductJson.patch(before, change))
                        .orElseThrow(() -> unknown(id)));
    }

    private Reply delete(Call call) {
        String id = call.parameter(0);
        if (!products.delete(id)) {
            throw unknown(id);
        }
        return Reply.empty(204);
    }

    private Reply importStream(Call call) {
        Import work = new Import(products, call.query("validateOnly").equals("true"));
        try {
            JsonRecords.split(call.stream(), work);
        } catch (VitrineException e) {
            work.flush();
            throw new VitrineException(
                    e.code(),
                    e.getMessage() + "; " + work.accepted + " products before it were taken",
                    e.field().orElse(""),
                    e);
        }
        work.flush();
        return Json.reply(200, new ImportResult(work.accepted, work.rejected, work.rejectedLines));
    }

    private static Reply reply(Call call, Product product) {
        boolean operator = call.caller().role().includes(Role.OPERATOR);
        return Json.reply(
                200,
                json -> {
                    if (operator) {
                        ProductJson.write(json, product);
                    } else {
                        ProductJson.writePublic(json, product);
                    }
                });
    }

    private static VitrineException unknown(String id) {
        return VitrineException.field(
                DataError.ITEM_NOT_FOUND, "id", "there is no product '" + id + "'");
    }

    /** Takes products in as they come, a batch at a time. */
    private static final class Import implements JsonRecords.Each {
        private static final int BATCH = 500;

        private final ProductsPort products;
        private final boolean validateOnly;
        private final List<Product> batch = new ArrayList<>(BATCH);
        private final List<ImportResult.RejectedLine> rejectedLines = new ArrayList<>();
        private long accepted;
        private long rejected;

        Import(ProductsPort products, boolean validateOnly) {
            this.products = products;
            this.validateOnly = validateOnly;
        }

        @Override
        public void record(long place, byte[] bytes, int from, int length) {
            try {
                batch.add(ProductJson.read(bytes, from, length));
            } catch (VitrineException e) {
                reject(place, String.valueOf(e.getMessage()), e.field().orElse(""));
            }
            if (batch.size() == BATCH) {
                flush();
            }
        }

        @Override
        public void tooLong(long place) {
            reject(place, "longer than " + JsonRecords.MAX_RECORD + " bytes", "");
        }

        private void reject(long place, String reason, String field) {
            rejected++;
            if (rejectedLines.size() < ImportResult.MAX_LINES) {
                rejectedLines.add(new ImportResult.RejectedLine(place, reason, field));
            }
        }

        void flush() {
            if (!validateOnly && !batch.isEmpty()) {
                products.upsert(List.copyOf(batch));
            }
            accepted += batch.size();
            batch.clear();
        }
    }
}
