import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const BookIcon = () => (
  <Icon>
    <path d="M4 5.500A2.500 2.500 0 0 1 6.500 3H20v15H6.500A2.500 2.500 0 0 0 4 20.500zM4 20.500A2.500 2.500 0 0 0 6.500 21H20" />
    <path d="M8.500 7.500h7M8.500 11h5" />
  </Icon>
);

export const ChatIcon = () => (
  <Icon>
    <path d="M20 11.500a7.500 7.500 0 0 1-11 6.600L4 20l1.600-4.600A7.500 7.500 0 1 1 20 11.500z" />
  </Icon>
);

export const CodeIcon = () => (
  <Icon>
    <path d="m8.500 8-4 4 4 4M15.500 8l4 4-4 4M13.500 5.500l-3 13" />
  </Icon>
);

export const UploadIcon = () => (
  <Icon>
    <path d="M12 16V5m0 0L7.500 9.500M12 5l4.500 4.500M4.500 15.500v2A2.500 2.500 0 0 0 7 20h10a2.500 2.500 0 0 0 2.500-2.500v-2" />
  </Icon>
);

export const CompassIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="m15.500 8.500-2 5-5 2 2-5z" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon>
    <path d="M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.1" />
  </Icon>
);
