package dev.vitrine.data.event;

import dev.vitrine.data.store.DiskFiles;
import dev.vitrine.data.store.FileLayer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Real files whose forces, once asked to, wait until they are released. */
final class StallingFiles implements FileLayer {
    private final FileLayer files = new DiskFiles();
    private final CountDownLatch release;
    private final CountDownLatch stalled = new CountDownLatch(1);
    private volatile boolean stall;

    StallingFiles(CountDownLatch release) {
        this.release = release;
    }

    void stall() {
        stall = true;
    }

    void awaitStalled() throws InterruptedException {
        stalled.await();
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        files.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public boolean exists(Path file) throws IOException {
        return files.exists(file);
    }

    @Override
    public OpenFile openToRead(Path file) throws IOException {
        return files.openToRead(file);
    }

    @Override
    public OpenFile openToWrite(Path file) throws IOException {
        return new StallingFile(files.openToWrite(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        files.delete(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        files.syncDirectory(directory);
    }

    @Override
    public Closeable lock(Path file) throws IOException {
        return files.lock(file);
    }

    private final class StallingFile implements OpenFile {
        private final OpenFile file;

        StallingFile(OpenFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            file.write(from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            if (stall) {
                stalled.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
