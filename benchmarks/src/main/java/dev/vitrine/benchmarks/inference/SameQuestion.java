package dev.vitrine.benchmarks.inference;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * One question asked on many connections at once.
 *
 * @param alike answers of status 200 that are the same as most others
 * @param seconds from the first byte sent to the last answer
 */
record SameQuestion(int alike, double seconds) {
    private static final int CONNECTING = 100;
    private static final int TIMEOUT_MS = 60_000;
    private static final int MOST_BYTES = 1 << 20;

    static SameQuestion ask(URI uri, String path, String body, int requests)
            throws InterruptedException {
        byte[] request =
                ("POST "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/json\r\nContent-Length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body)
                        .getBytes(StandardCharsets.ISO_8859_1);
        InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
        CountDownLatch connected = new CountDownLatch(requests);
        CountDownLatch sent = new CountDownLatch(requests);
        Semaphore connecting = new Semaphore(CONNECTING);
        List<Future<String>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < requests; i++) {
                answers.add(
                        threads.submit(() -> one(address, request, connecting, connected, sent)));
            }
            connected.await();
            long start = System.nanoTime();
            Map<String, Integer> counts = new HashMap<>();
            for (Future<String> answer : answers) {
                counts.merge(text(answer), 1, Integer::sum);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            counts.remove("");
            return new SameQuestion(
                    counts.values().stream().mapToInt(Integer::intValue).max().orElse(0), seconds);
        }
    }

    private static String text(Future<String> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            return "";
        }
    }

    /** The body of the answer; empty when it is not of status 200. */
    private static String one(
            InetSocketAddress address,
            byte[] request,
            Semaphore connecting,
            CountDownLatch connected,
            CountDownLatch sent)
            throws IOException, InterruptedException {
        try (Socket socket = new Socket()) {
            connecting.acquire();
            try {
                socket.connect(address, TIMEOUT_MS);
                socket.setSoTimeout(TIMEOUT_MS);
            } finally {
                connecting.release();
                connected.countDown();
            }
            connected.await();
            try {
                socket.getOutputStream().write(request);
            } finally {
                sent.countDown();
            }
            sent.await();
            return answer(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private static String answer(InputStream in) throws IOException {
        boolean good = line(in).startsWith("HTTP/1.1 200");
        int length = -1;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring("content-length:".length()).strip());
            }
        }
        if (!good || length < 0 || length > MOST_BYTES) {
            return "";
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        // Who ran says so; who was given the same answer says that too.
        return body.replaceFirst("\"parameters\":\\{\"served_by\":\"[^\"]*\"},", "");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
