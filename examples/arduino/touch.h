/* Turns points from a touch screen into ink for a network whose framing is `moments`: upright, the centre of mass in the
   middle, always the same spread. Include charnet.h first. Points should lie no further apart than half a pixel of the
   framed picture; interpolate where the pen was fast. */
#include <math.h>

static inline float charnet_min(float a, float b) {
    return a < b ? a : b;
}

/* n points of all strokes together, x right, y down, in any unit -> CHARNET_INPUTS values of ink */
static inline void charnet_frame(const float *x, const float *y, int n, float *ink) {
    float cx = 0, cy = 0, wide = 0, high = 1e-9f, both = 0, slant, left = 1e-9f, up = 1e-9f, sx, sy;
    int i, row, column;
    for (i = 0; i < n; i++) {
        cx += x[i] / (float)n;
        cy += y[i] / (float)n;
    }
    for (i = 0; i < n; i++) {
        high += (y[i] - cy) * (y[i] - cy) / (float)n;
        both += (x[i] - cx) * (y[i] - cy) / (float)n;
    }
    slant = both / high > 1 ? 1 : both / high < -1 ? -1 : both / high;
    for (i = 0; i < n; i++) { /* make it upright, and find how far it reaches from its centre */
        float dx = x[i] - cx - slant * (y[i] - cy), dy = y[i] - cy;
        wide += dx * dx / (float)n;
        left = fabsf(dx) > left ? fabsf(dx) : left;
        up = fabsf(dy) > up ? fabsf(dy) : up;
    }
    /* 0.21: the spread that the framing gives every letter, as a fraction of the side; one pixel is left for the pen */
    sy = charnet_min(0.21f * CHARNET_HEIGHT / sqrtf(high), (CHARNET_HEIGHT / 2.0f - 1) / up);
    sx = charnet_min(0.21f * CHARNET_WIDTH / sqrtf(wide + 1e-9f), (CHARNET_WIDTH / 2.0f - 1) / left);
    sy = charnet_min(sy, 3 * sx);
    sx = charnet_min(sx, sy); /* never wider in proportion than it was */
    for (i = 0; i < CHARNET_INPUTS; i++) {
        ink[i] = 0;
    }
    for (i = 0; i < n; i++) {
        float px = (x[i] - cx - slant * (y[i] - cy)) * sx + CHARNET_WIDTH / 2.0f;
        float py = (y[i] - cy) * sy + CHARNET_HEIGHT / 2.0f;
        for (row = (int)py - 2; row <= (int)py + 2; row++) {
            for (column = (int)px - 2; column <= (int)px + 2; column++) {
                if (row >= 0 && row < CHARNET_HEIGHT && column >= 0 && column < CHARNET_WIDTH) {
                    float dx = (float)column + 0.5f - px, dy = (float)row + 0.5f - py;
                    float dark = 1 - sqrtf(dx * dx + dy * dy); /* of a round, soft pen */
                    float *pixel = &ink[row * CHARNET_WIDTH + column];
                    *pixel = dark > *pixel ? dark : *pixel;
                }
            }
        }
    }
}
