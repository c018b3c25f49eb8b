package dev.vitrine.data.intake;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Parquet values in the terms of {@link Row}: timestamps as epoch milliseconds, dates as ISO text,
 * decimals as doubles, lists and structs as List and Map.
 */
final class ParquetValues {
    private static final int JULIAN_EPOCH = 2_440_588;

    private ParquetValues() {}

    static Map<String, Object> fields(Group group) {
        GroupType type = group.getType();
        Map<String, Object> values = new LinkedHashMap<>(type.getFieldCount() * 2);
        for (int field = 0; field < type.getFieldCount(); field++) {
            int count = group.getFieldRepetitionCount(field);
            Type each = type.getType(field);
            if (each.isRepetition(Type.Repetition.REPEATED)) {
                List<Object> list = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    list.add(value(group, field, i));
                }
                values.put(each.getName(), list);
            } else if (count > 0) {
                values.put(each.getName(), value(group, field, 0));
            }
        }
        return values;
    }

    private static Object value(Group group, int field, int place) {
        Type type = group.getType().getType(field);
        if (!type.isPrimitive()) {
            Group inner = group.getGroup(field, place);
            return type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
                    ? list(inner)
                    : fields(inner);
        }
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        PrimitiveTypeName stored = type.asPrimitiveType().getPrimitiveTypeName();
        return switch (stored) {
            case BOOLEAN -> group.getBoolean(field, place);
            case FLOAT -> (double) group.getFloat(field, place);
            case DOUBLE -> group.getDouble(field, place);
            case INT32 -> whole(group.getInteger(field, place), meaning);
            case INT64 -> whole(group.getLong(field, place), meaning);
            case INT96 -> nanosOfDay(group.getInt96(field, place).getBytes());
            case BINARY, FIXED_LEN_BYTE_ARRAY -> bytes(group, field, place, meaning);
        };
    }

    /** A list is stored as a group with one repeated field, which holds the elements. */
    private static List<Object> list(Group group) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < group.getFieldRepetitionCount(0); i++) {
            Object element = value(group, 0, i);
            if (element instanceof Map<?, ?> wrapper && wrapper.size() == 1) {
                values.add(wrapper.values().iterator().next());
            } else if (!(element instanceof Map<?, ?> wrapper) || !wrapper.isEmpty()) {
                values.add(element);
            }
        }
        return values;
    }

    private static Object whole(long value, LogicalTypeAnnotation meaning) {
        if (meaning instanceof DateLogicalTypeAnnotation) {
            return LocalDate.ofEpochDay(value).toString();
        }
        if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
            return BigDecimal.valueOf(value, decimal.getScale()).doubleValue();
        }
        if (meaning instanceof TimestampLogicalTypeAnnotation timestamp) {
            return switch (timestamp.getUnit()) {
                case MILLIS -> value;
                case MICROS -> Math.floorDiv(value, 1_000L);
                case NANOS -> Math.floorDiv(value, 1_000_000L);
            };
        }
        return value;
    }

    private static Object bytes(Group group, int field, int place, LogicalTypeAnnotation meaning) {
        if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
            byte[] digits = group.getBinary(field, place).getBytes();
            return new BigDecimal(new BigInteger(digits), decimal.getScale()).doubleValue();
        }
        return group.getString(field, place);
    }

    /** The old 96-bit timestamp: nanoseconds of the day, then the Julian day, little-endian. */
    private static long nanosOfDay(byte[] twelve) {
        ByteBuffer buffer = ByteBuffer.wrap(twelve).order(ByteOrder.LITTLE_ENDIAN);
        long nanos = buffer.getLong();
        long day = buffer.getInt() - (long) JULIAN_EPOCH;
        return day * 86_400_000L + Math.floorDiv(nanos, 1_000_000L);
    }
}
