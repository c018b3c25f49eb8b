package dev.vitrine.server.http;

import dev.vitrine.server.access.Role;
import dev.vitrine.server.telemetry.RequestRing;
import java.util.Optional;

/**
 * One method of one path.
 *
 * @param role the least role that may call it; empty when anybody may
 * @param body what body it takes
 * @param audited whether each call leaves a line with its caller
 */
record Route(
        String method,
        PathTemplate path,
        Optional<Role> role,
        Body body,
        boolean audited,
        RequestRing.Group group,
        Handler handler) {
    /** What a route takes as its body. */
    enum Body {
        /** Nothing. */
        NONE,
        /** A JSON command, wholly in memory. */
        COMMAND,
        /** Tensors, wholly in memory, of any declared type. */
        TENSORS,
        /** Records of any number, read as they come. */
        STREAM
    }

    /** Answers a call. */
    interface Handler {
        Reply handle(Call call) throws Exception;
    }

    static Route open(String method, String path, Handler handler) {
        return new Route(
                method,
                PathTemplate.of(path),
                Optional.empty(),
                Body.NONE,
                false,
                RequestRing.Group.OTHER,
                handler);
    }

    /** A question of a storefront. */
    static Route shop(
            String method, String path, Body body, RequestRing.Group group, Handler handler) {
        return new Route(
                method,
                PathTemplate.of(path),
                Optional.of(Role.STOREFRONT),
                body,
                false,
                group,
                handler);
    }

    /** A question of an operator or an administrator. */
    static Route read(String path, Role role, Handler handler) {
        return new Route(
                "GET",
                PathTemplate.of(path),
                Optional.of(role),
                Body.NONE,
                role == Role.ADMIN,
                RequestRing.Group.OTHER,
                handler);
    }

    /** A change by an operator or an administrator. */
    static Route change(String method, String path, Role role, Body body, Handler handler) {
        return new Route(
                method,
                PathTemplate.of(path),
                Optional.of(role),
                body,
                true,
                RequestRing.Group.OTHER,
                handler);
    }
}
