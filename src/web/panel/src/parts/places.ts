/** The screens, in the order of the navigation. */
export interface Place {
  path: string;
  label: string;
  icon: string;
  on_phone?: boolean;
  begins_group?: boolean;
}

export const PLACES: Place[] = [
  { path: 'board', label: 'Board', icon: 'board', on_phone: true },
  { path: 'runs', label: 'Runs', icon: 'runs', on_phone: true },
  { path: 'questions', label: 'Questions', icon: 'question', on_phone: true },
  { path: 'templates', label: 'Templates', icon: 'template', on_phone: true, begins_group: true },
  { path: 'schedules', label: 'Schedules', icon: 'calendar' },
  { path: 'memory', label: 'Memory', icon: 'memory', begins_group: true },
  { path: 'models', label: 'Models', icon: 'model' },
  { path: 'metrics', label: 'Metrics', icon: 'metrics' },
  { path: 'devices', label: 'Devices', icon: 'device', begins_group: true },
  { path: 'settings', label: 'Settings', icon: 'settings' },
  { path: 'doctor', label: 'Doctor', icon: 'doctor' },
];
